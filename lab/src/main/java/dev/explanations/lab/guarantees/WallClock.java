package dev.explanations.lab.guarantees;

import java.time.Duration;
import java.time.Instant;

/**
 * Relates {@link System#nanoTime} to the times in records.
 *
 * @param nanos {@link System#nanoTime} at {@code instant}
 */
public record WallClock(long nanos, Instant instant) {

  public static WallClock now() {
    return new WallClock(System.nanoTime(), Instant.now());
  }

  Instant at(long otherNanos) {
    return instant.plusNanos(otherNanos - nanos);
  }

  public long nanos(Instant time) {
    return nanos + Duration.between(instant, time).toNanos();
  }
}
