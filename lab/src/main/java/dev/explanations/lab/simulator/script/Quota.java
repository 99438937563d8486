package dev.explanations.lab.simulator.script;

import java.time.Duration;

/**
 * At most so many calls in any window, as Gemini counts requests per minute. Refused calls do not
 * count. Thread-safe.
 */
public final class Quota {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long windowNanos;
  private final long[] admitted;
  private long count;

  Quota(int calls, Duration window) {
    if (calls < 1) {
      throw new IllegalArgumentException("a quota must be at least 1, not " + calls);
    }
    this.windowNanos = window.toNanos();
    this.admitted = new long[calls];
  }

  /** A quota of that many calls in any 60 s. */
  public static Quota perMinute(int calls) {
    return new Quota(calls, MINUTE);
  }

  /**
   * Takes a call.
   *
   * @param nanos when it came, by {@link System#nanoTime}
   * @return zero when it is admitted, otherwise the time until the next one can be, rounded up to
   *     milliseconds
   */
  synchronized Duration take(long nanos) {
    // a ring: the place of the next one is that of the oldest of the last so many
    int place = (int) (count % admitted.length);
    long left = count < admitted.length ? 0 : admitted[place] + windowNanos - nanos;
    if (left > 0) {
      return Duration.ofMillis(Math.ceilDiv(left, NANOS_PER_MILLI));
    }
    admitted[place] = nanos;
    count++;
    return Duration.ZERO;
  }
}
