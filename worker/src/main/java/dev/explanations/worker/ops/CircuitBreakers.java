package dev.explanations.worker.ops;

import java.util.List;
import java.util.Optional;

/**
 * The circuit breakers of this worker, to look at and to command. Called by several HTTP threads at
 * once; every call returns at once, and waits neither for Kafka nor for a call to Gemini.
 */
public interface CircuitBreakers {

  /**
   * All of them in the order in which their models are asked, so {@code google_ai} first; with
   * breakers switched off, each as {@code DISABLED}. The views are of this moment; names never
   * change and never repeat.
   */
  List<BreakerView> all();

  /**
   * Closes the breaker, whatever its state and whoever opened it, and forgets its failures. Takes
   * effect before it returns, and may be repeated. A disabled breaker stays as it is.
   *
   * @return the breaker after the reset; empty if none has this name
   */
  Optional<BreakerView> reset(String name);

  /**
   * Opens the breaker and holds it open until {@link #reset}: neither time nor a success closes it.
   * Takes effect before it returns, and may be repeated. A disabled breaker stays as it is.
   *
   * @return the breaker after that, {@code OPEN} and {@code forced} unless it is disabled; empty if
   *     none has this name
   */
  Optional<BreakerView> open(String name);
}
