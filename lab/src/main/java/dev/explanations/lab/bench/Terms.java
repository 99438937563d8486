package dev.explanations.lab.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a request waits.
 *
 * @param fallback whether it is to be told at once when the circuit breaker is open
 * @param deadline how long it waits; {@code null} is as long as the worker likes
 */
record Terms(boolean fallback, @Nullable Duration deadline) {

  static final Terms USUAL = new Terms(false, null);

  /** Fields of a request's JSON, each after a comma, as of now. */
  String json() {
    StringBuilder fields = new StringBuilder();
    if (fallback) {
      fields.append(",\"onUnavailable\":\"fail\"");
    }
    if (deadline != null) {
      Instant instant = Instant.now().plus(deadline).truncatedTo(ChronoUnit.MILLIS);
      fields.append(",\"deadline\":\"").append(instant).append('"');
    }
    return fields.toString();
  }
}
