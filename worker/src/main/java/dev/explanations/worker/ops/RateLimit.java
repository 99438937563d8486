package dev.explanations.worker.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** So many at once, and one more after each interval. Thread-safe. */
final class RateLimit {
  private final int burst;
  private final Duration interval;
  private final InstantSource clock;

  /** What was taken is given back up to this time; as far before now as the burst is used up. */
  private Instant full = Instant.MIN;

  RateLimit(int burst, Duration interval, InstantSource clock) {
    this.burst = burst;
    this.interval = interval;
    this.clock = clock;
  }

  /** Takes one if there is one left. */
  synchronized boolean tryTake() {
    Instant now = clock.instant();
    Instant latest = now.plus(interval.multipliedBy(burst));
    // also if the clock was set back: nobody waits longer than the burst takes
    Instant from = full.isBefore(now) || full.isAfter(latest) ? now : full;
    Instant next = from.plus(interval);
    if (next.isAfter(latest)) {
      return false;
    }
    full = next;
    return true;
  }
}
