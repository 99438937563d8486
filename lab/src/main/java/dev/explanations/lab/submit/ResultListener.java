package dev.explanations.lab.submit;

import com.fasterxml.jackson.databind.JsonNode;

/** Hears of every result as it arrives, on the follower's thread. */
@FunctionalInterface
public interface ResultListener {

  ResultListener NONE = (result, body) -> {};

  /** Called after the result has been counted. */
  void arrived(Result result, JsonNode body);
}
