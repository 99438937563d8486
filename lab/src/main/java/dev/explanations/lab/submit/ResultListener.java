package dev.explanations.lab.submit;

import com.fasterxml.jackson.databind.JsonNode;

/** Hears of every result as it arrives, on the follower's thread. */
@FunctionalInterface
public interface ResultListener {

  ResultListener NONE = (result, body) -> {};

  /** Called before the result is counted: who waits for the ledger finds it told. */
  void arrived(Result result, JsonNode body);
}
