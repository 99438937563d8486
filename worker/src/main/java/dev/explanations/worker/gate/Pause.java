package dev.explanations.worker.gate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * For how long a model is left alone: after a 429 for the delay that it named; after one that named
 * none, and after a refusal that a person has to mend, for one that doubles with each call that
 * fails in the same way after the last pause. Calls that were under way when a pause began tell
 * nothing new. Used under the dispatcher's lock.
 *
 * <p>What a wait of seconds does not clear is tried by one call at a time, until one succeeds: the
 * end of the pause is then a guess, and a burst of refusals would be the price.
 */
final class Pause {

  private static final int MAX_DOUBLINGS = 30;

  private final Duration base;
  private final Duration max;
  private Instant until = Instant.MIN;
  private long epoch;

  /** Before this epoch nothing is known: {@link #end} has been called since. */
  private long forgotten;

  private int inARow;
  private boolean oneByOne;
  private long tries;
  private boolean trying;

  /** First and longest delay where none is named. */
  Pause(Duration base, Duration max) {
    this.base = base;
    this.max = max;
  }

  /** To be given back when a call that begins now has ended. */
  long epoch() {
    return epoch;
  }

  /** A call begins; returns what {@link #tried} is to be told at its end. */
  long begin() {
    trying = oneByOne;
    return oneByOne ? ++tries : 0;
  }

  /** A call has ended, whatever came of it. */
  void tried(long tryNumber) {
    trying &= tryNumber != tries;
  }

  boolean lasts(Instant now) {
    return trying || now.isBefore(until);
  }

  Instant until() {
    return until;
  }

  /** How many calls may begin when it is over. */
  int room() {
    return oneByOne ? 1 : Integer.MAX_VALUE;
  }

  void throttled(long epoch, @Nullable Duration delay, Instant now) {
    boolean news = epoch == this.epoch;
    if (news) {
      this.epoch++;
      inARow++;
    } else if (delay == null || epoch < forgotten) {
      return;
    }
    boolean named = delay != null && delay.isPositive();
    Instant end = now.plus(named ? delay : unnamed());
    until = end.isAfter(until) ? end : until;
  }

  /** The same, for what a wait of seconds does not clear. */
  void usedUp(long epoch, @Nullable Duration delay, Instant now) {
    oneByOne |= epoch >= forgotten;
    throttled(epoch, delay, now);
  }

  /** Returns whether calls went one by one until now. */
  boolean succeeded(long epoch) {
    boolean ended = epoch == this.epoch && oneByOne;
    if (epoch == this.epoch) {
      inARow = 0;
      oneByOne = false;
      trying = false;
    }
    return ended;
  }

  /** The next call tries at once whether the reason is gone. */
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
