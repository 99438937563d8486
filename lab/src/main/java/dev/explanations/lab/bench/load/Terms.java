package dev.explanations.lab.bench.load;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a request waits.
 *
 * @param fallback whether it is to be told at once when the circuit breaker is open
 * @param deadline asked for each request; {@code null} is as long as the worker likes
 */
public record Terms(boolean fallback, @Nullable InstantSource deadline) {

  public static final Terms USUAL = new Terms(false, null);

  /** Each waits for so long, from when it is asked. */
  public static Terms within(Duration deadline) {
    return new Terms(false, () -> Instant.now().plus(deadline));
  }

  /** All wait until then. */
  public static Terms until(Instant deadline) {
    return new Terms(false, () -> deadline);
  }

  /** Fields of a request's JSON, each after a comma, as of now. */
  public String json() {
    StringBuilder fields = new StringBuilder();
    if (fallback) {
      fields.append(",\"onUnavailable\":\"fail\"");
    }
    if (deadline != null) {
      Instant instant = deadline.instant().truncatedTo(ChronoUnit.MILLIS);
      fields.append(",\"deadline\":\"").append(instant).append('"');
    }
    return fields.toString();
  }
}
