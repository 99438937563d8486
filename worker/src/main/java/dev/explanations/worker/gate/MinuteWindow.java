package dev.explanations.worker.gate;

import java.time.Instant;

/**
 * Sliding window over the last minute, in seconds: the amounts that it admits never exceed the
 * limit in any sixty seconds. Not a token bucket, which admits its burst beside the minute's refill
 * and would overrun Gemini's quota. An amount is spent as an estimate and corrected later in its
 * own second. Used under the dispatcher's lock only.
 */
final class MinuteWindow {

  /**
   * A minute, the current second, and two for calls that take long to arrive: with a second less,
   * the other side counted 61 calls of a limit of 60.
   */
  private static final int SECONDS = 63;

  private final long limit;
  private final long[] spent = new long[SECONDS];
  private long total;
  private long second;

  /** The limit is per minute; 0 is none. */
  MinuteWindow(long limit) {
    this.limit = limit;
  }

  /** Whether an amount may be spent now; above the limit only if nothing else was spent. */
  boolean admits(long amount, Instant now) {
    moveTo(now);
    return limit == 0 || total == 0 || total + amount <= limit;
  }

  void spend(long amount, Instant now) {
    moveTo(now);
    spent[slot(second)] += amount;
    total += amount;
  }

  /** Corrects an amount that was spent earlier; no effect if that time has left the window. */
  void correct(long difference, Instant spentAt, Instant now) {
    moveTo(now);
    long then = spentAt.getEpochSecond();
    if (then > second - SECONDS && then <= second) {
      spent[slot(then)] += difference;
      total += difference;
    }
  }

  /** When an amount may be spent, if nothing else is spent before. */
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
