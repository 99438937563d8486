package dev.explanations.worker.gate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * For how long a model that answered 429 is left alone: for the delay that it named or, if it named
 * none, for one that doubles with each call that meets another 429 after the last pause. Calls that
 * were under way when a pause began tell nothing new. Used under the dispatcher's lock.
 */
final class Pause {

  private static final int MAX_DOUBLINGS = 30;

  private final Duration base;
  private final Duration max;
  private Instant until = Instant.MIN;
  private long epoch;
  private int inARow;

  /**
   * @param base of delays that were not named
   * @param max of delays that were not named
   */
  Pause(Duration base, Duration max) {
    this.base = base;
    this.max = max;
  }

  /** To be given back when a call that begins now has ended. */
  long epoch() {
    return epoch;
  }

  boolean lasts(Instant now) {
    return now.isBefore(until);
  }

  Instant until() {
    return until;
  }

  void throttled(long epoch, @Nullable Duration delay, Instant now) {
    boolean news = epoch == this.epoch;
    if (news) {
      this.epoch++;
      inARow++;
    } else if (delay == null) {
      return;
    }
    Instant end = now.plus(delay == null ? unnamed() : delay);
    until = end.isAfter(until) ? end : until;
  }

  void succeeded(long epoch) {
    if (epoch == this.epoch) {
      inARow = 0;
    }
  }

  void end() {
    until = Instant.MIN;
    inARow = 0;
  }

  private Duration unnamed() {
    Duration delay = base.multipliedBy(1L << Math.min(inARow - 1, MAX_DOUBLINGS));
    return delay.compareTo(max) > 0 ? max : delay;
  }
}
