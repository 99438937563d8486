package dev.explanations.worker.gate;

import java.time.Instant;

/**
 * How much was spent in the last minute, by the second. What it admits never exceeds the limit in
 * any sixty seconds, whenever they begin: a token bucket would let through its burst beside the
 * minute's refill, and a quota of the other side would be overrun. What is not known beforehand is
 * spent as an estimate and corrected in its own second. Used under the dispatcher's lock.
 */
final class MinuteWindow {

  /**
   * A minute, the second that is not over, and two for first calls that take their time to arrive:
   * with a second less, 61 of a limit of 60 were counted on the other side.
   */
  private static final int SECONDS = 63;

  private final long limit;
  private final long[] spent = new long[SECONDS];
  private long total;
  private long second;

  /**
   * @param limit a minute; 0 is none
   */
  MinuteWindow(long limit) {
    this.limit = limit;
  }

  /** Whether so much may be spent now; more than the limit only by itself. */
  boolean admits(long amount, Instant now) {
    moveTo(now);
    return limit == 0 || total == 0 || total + amount <= limit;
  }

  void spend(long amount, Instant now) {
    moveTo(now);
    spent[slot(second)] += amount;
    total += amount;
  }

  /** Corrects what was spent at a time that may have left the window. */
  void correct(long difference, Instant spentAt, Instant now) {
    moveTo(now);
    long then = spentAt.getEpochSecond();
    if (then > second - SECONDS && then <= second) {
      spent[slot(then)] += difference;
      total += difference;
    }
  }

  /** When so much may be spent, if nothing else is spent before. */
  Instant admitsAt(long amount, Instant now) {
    if (admits(amount, now)) {
      return now;
    }
    long left = total;
    for (long then = second - SECONDS + 1; then <= second; then++) {
      left -= spent[slot(then)];
      if (left == 0 || left + amount <= limit) {
        return Instant.ofEpochSecond(then + SECONDS);
      }
    }
    return Instant.ofEpochSecond(second + SECONDS);
  }

  GateStatus.Rate status(Instant now) {
    moveTo(now);
    return new GateStatus.Rate(limit, total);
  }

  private void moveTo(Instant now) {
    long current = now.getEpochSecond();
    for (long leaving = Math.max(second + 1, current - SECONDS + 1);
        leaving <= current;
        leaving++) {
      total -= spent[slot(leaving)];
      spent[slot(leaving)] = 0;
    }
    second = Math.max(second, current);
  }

  private static int slot(long second) {
    return Math.floorMod(second, SECONDS);
  }
}
