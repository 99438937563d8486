package dev.explanations.worker.flow;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Usage;

/**
 * Hears what becomes of requests, for statistics: what a transaction did that was aborted is told
 * again when it is repeated. Called on the stream threads for every record, so it must be quick and
 * must not throw. Hears nothing of what is not overridden.
 */
public interface FlowListener {

  /** A record of the requests topic, whatever it holds. */
  default void received() {}

  default void answered(ExplanationResult result) {}

  default void deadLetter(ErrorCode reason) {}

  /** A request goes on waiting, for another attempt or for the circuit breaker. */
  default void retried(ErrorCode reason) {}

  /**
   * A request was answered from the store as it arrived.
   *
   * @param saved what the call had cost that was not made
   */
  default void storeHit(Usage saved) {}

  default void storeMiss() {}

  /** A request was rejected as it arrived: the store says that the model refuses its question. */
  default void refusedBefore() {}

  /** An explanation was written to the store. */
  default void stored() {}
}
