package dev.explanations.worker.flow;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Usage;

/**
 * Receives what happens to requests, for statistics. Events of an aborted transaction are told
 * again when it is repeated. Called on the stream threads for every record; must not block nor
 * throw.
 */
public interface FlowListener {

  /** A record of the requests topic, whatever it holds. */
  default void received() {}

  default void answered(ExplanationResult result) {}

  default void deadLetter(ErrorCode reason) {}

  /** A request waits on, for another attempt, the circuit breaker or the budget. */
  default void retried(ErrorCode reason) {}

  /**
   * A request was answered from the store as it arrived.
   *
   * @param saved usage of the call that once made the explanation
   */
  default void storeHit(Usage saved) {}

  default void storeMiss() {}

  /** A request was rejected as it arrived, since the store has a refusal of its question. */
  default void blockedBefore() {}

  /** An explanation was written to the store. */
  default void stored() {}
}
