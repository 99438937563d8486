package dev.explanations.lab.simulator.statistics;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

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
   * When so many calls were in flight for the first time; empty if they never were.
   *
   * @param calls in the order of their arrival
   */
  public static OptionalLong firstWith(int inFlight, List<CallTime> calls) {
    long[] replies =
        calls.stream()
            .filter(call -> call.status() != NO_REPLY)
            .mapToLong(CallTime::repliedNanos)
            .sorted()
            .toArray();
    int ended = 0;
    for (int began = 1; began <= calls.size(); began++) {
      long arrival = calls.get(began - 1).arrivedNanos();
      while (ended < replies.length && replies[ended] <= arrival) {
        ended++;
      }
      if (began - ended >= inFlight) {
        return OptionalLong.of(arrival);
      }
    }
    return OptionalLong.empty();
  }

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
