package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.WireName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of a circuit breaker at one moment.
 *
 * @param name {@code google_ai}, or {@code google_ai:<model>} for a fallback model
 * @param failures consecutive failures; kept while open
 * @param successes consecutive successes of probes; 0 unless half-open
 * @param forced whether it is held open by hand
 */
public record BreakerStatus(
    String name,
    State state,
    int failures,
    int successes,
    @Nullable Instant lastFailure,
    boolean forced) {

  public enum State implements WireName {
    CLOSED,
    OPEN,
    HALF_OPEN,
    /** {@code CIRCUIT_BREAKER_ENABLED} is false: admits every call and counts nothing. */
    DISABLED;
  }
}
