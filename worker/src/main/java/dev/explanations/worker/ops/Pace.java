package dev.explanations.worker.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One after each interval, in the order in which they come. Thread-safe. */
final class Pace {
  private final Duration interval;
  private final Duration longest;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  /**
   * @param longest nobody waits longer, however many there are
   */
  Pace(Duration interval, Duration longest, InstantSource clock) {
    this.interval = interval;
    this.longest = longest;
    this.clock = clock;
  }

  /** How long whoever asks has to wait for its turn. */
  synchronized Duration untilTurn() {
    Instant now = clock.instant();
    Instant latest = now.plus(longest);
    // after the latest also if the clock was set back
    Instant turn = next.isBefore(now) ? now : next.isAfter(latest) ? latest : next;
    next = turn.plus(interval);
    return Duration.between(now, turn);
  }
}
