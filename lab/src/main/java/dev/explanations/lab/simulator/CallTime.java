package dev.explanations.lab.simulator;

import java.time.Duration;
import java.util.List;

/**
 * When a call came and what it got; times are those of {@link System#nanoTime}.
 *
 * @param status of the reply; 0 is a connection that was reset, {@link #NO_REPLY} none so far, in
 *     which case the time of the reply means nothing
 * @param retryDelay what the reply's RetryInfo asked for; zero without one
 */
public record CallTime(long arrivedNanos, long repliedNanos, int status, Duration retryDelay) {

  public static final int NO_REPLY = -1;

  /**
   * The largest number of calls in any window of that length.
   *
   * @param calls in the order of their arrival
   */
  public static int mostWithin(Duration window, List<CallTime> calls) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < calls.size(); last++) {
      long end = calls.get(last).arrivedNanos();
      while (end - calls.get(first).arrivedNanos() >= window.toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
