package dev.explanations.worker.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Spaces callers evenly: each waits for the next slot, one slot per interval. Thread-safe. */
final class Pace {
  private final Duration interval;
  private final Duration longest;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  /** {@code waiting} callers may wait at the same time. */
  Pace(Duration interval, int waiting, InstantSource clock) {
    this.interval = interval;
    this.longest = interval.multipliedBy(waiting);
    this.clock = clock;
  }

  /** Takes a slot without waiting: a burst of one more than may wait, then one per interval. */
  boolean tryTake() {
    return untilSlot().isPresent();
  }

  /** Takes a slot and returns the time until it; empty when too many wait already. */
  synchronized Optional<Duration> untilSlot() {
    Instant now = clock.instant();
    Instant latest = now.plus(longest);
    // a slot beyond the latest by more than an interval: the clock was set back
    Instant slot = next.isBefore(now) || next.isAfter(latest.plus(interval)) ? now : next;
    if (slot.isAfter(latest)) {
      return Optional.empty();
    }
    next = slot.plus(interval);
    return Optional.of(Duration.between(now, slot));
  }
}
