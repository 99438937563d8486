package dev.explanations.worker.gate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Cooldown of calls to one model after a 429 or a misconfiguration. It lasts for the delay that the
 * 429 named. Without one it doubles with each call that fails so again after the last pause. Calls
 * that were under way when a pause began do not count. Used under the dispatcher's lock only.
 *
 * <p>After a used-up quota or a misconfiguration calls go one at a time until one succeeds: the end
 * of such a pause is a guess, and all calls at once would be refused.
 */
final class Cooldown {

  private static final int MAX_DOUBLINGS = 30;

  private final Duration base;
  private final Duration max;
  private Instant until = Instant.MIN;
  private long epoch;

  /** Epoch of the last {@link #end}: throttled calls from before do not prolong a pause. */
  private long forgotten;

  private int inARow;
  private boolean oneByOne;
  private long tries;
  private boolean trying;

  /**
   * @param base first pause where no delay is named
   * @param max longest such pause
   */
  Cooldown(Duration base, Duration max) {
    this.base = base;
    this.max = max;
  }

  /** Epoch of a call that begins now, to be given back at its end. */
  long epoch() {
    return epoch;
  }

  /** A call begins; returns its number if calls go one at a time, otherwise 0. */
  long begin() {
    trying = oneByOne;
    return oneByOne ? ++tries : 0;
  }

  /** A call has ended, with any outcome. */
  void tried(long tryNumber) {
    trying &= tryNumber != tries;
  }

  boolean lasts(Instant now) {
    return trying || now.isBefore(until);
  }

  Instant until() {
    return until;
  }

  /** How many calls may begin when the pause is over. */
  int room() {
    return oneByOne ? 1 : Integer.MAX_VALUE;
  }

  void throttled(long epoch, @Nullable Duration delay, Instant now) {
    boolean named = delay != null && delay.isPositive();
    if (epoch == this.epoch) {
      this.epoch++;
      inARow++;
    } else if (!named || epoch < forgotten) {
      return;
    }
    Instant end = now.plus(named ? delay : unnamed());
    until = end.isAfter(until) ? end : until;
  }

  /** As {@link #throttled}, and calls go one at a time from now on. */
  void throttledOneByOne(long epoch, @Nullable Duration delay, Instant now) {
    oneByOne |= epoch >= forgotten;
    throttled(epoch, delay, now);
  }

  /**
   * A call has succeeded: the next pause is short again, and calls no longer go one at a time.
   *
   * @return whether calls went one at a time until now
   */
  boolean succeeded(long epoch) {
    boolean ended = epoch == this.epoch && oneByOne;
    if (epoch == this.epoch) {
      inARow = 0;
      oneByOne = false;
      trying = false;
    }
    return ended;
  }

  /** Ends the pause by hand: the next call may begin at once. */
  void end() {
    until = Instant.MIN;
    inARow = 0;
    trying = false;
    forgotten = ++epoch;
  }

  private Duration unnamed() {
    Duration delay = base.multipliedBy(1L << Math.min(inARow - 1, MAX_DOUBLINGS));
    return delay.compareTo(max) > 0 ? max : delay;
  }
}
