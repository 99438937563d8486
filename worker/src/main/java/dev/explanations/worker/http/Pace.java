package dev.explanations.worker.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Spaces callers evenly: one after each interval, in the order in which they come. Thread-safe. */
final class Pace {
  private final Duration interval;
  private final Duration longest;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  /**
   * @param waiting how many may wait at a time
   */
  Pace(Duration interval, int waiting, InstantSource clock) {
    this.interval = interval;
    this.longest = interval.multipliedBy(waiting);
    this.clock = clock;
  }

  /** Takes a turn whenever it is: one more than may wait at once, then one after each interval. */
  boolean tryTake() {
    return untilTurn().isPresent();
  }

  /** How long the caller has to wait for its turn; empty when too many wait before it. */
  synchronized Optional<Duration> untilTurn() {
    Instant now = clock.instant();
    Instant latest = now.plus(longest);
    // a turn beyond the latest by more than an interval: the clock was set back
    Instant turn = next.isBefore(now) || next.isAfter(latest.plus(interval)) ? now : next;
    if (turn.isAfter(latest)) {
      return Optional.empty();
    }
    next = turn.plus(interval);
    return Optional.of(Duration.between(now, turn));
  }
}
