package dev.explanations.lab.watch;

import java.util.Locale;

/** The state of a circuit breaker as the worker tells it. */
public enum BreakerState {
  CLOSED,
  OPEN,
  HALF_OPEN,
  DISABLED,
  /** The worker does not answer, or says something else. */
  UNKNOWN;

  static BreakerState of(String wireName) {
    for (BreakerState state : values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(wireName)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}
