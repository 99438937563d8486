package dev.explanations.worker.ops;

import dev.explanations.worker.gate.BreakerStatus;
import java.util.List;

/**
 * The circuit breakers of this worker, to look at. Called by several HTTP threads at once; returns
 * at once, and waits neither for Kafka nor for a call to Gemini.
 */
@FunctionalInterface
public interface CircuitBreakers {

  /**
   * All of them in the order in which their models are asked, so {@code google_ai} first; with
   * breakers switched off, each as {@code DISABLED}. They are of this moment; names never change
   * and never repeat.
   */
  List<BreakerStatus> all();
}
