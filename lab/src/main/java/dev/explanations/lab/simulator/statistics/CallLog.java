package dev.explanations.lab.simulator.statistics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest calls, in a ring, so that it stays small however many there are. Its owner guards it.
 */
final class CallLog {

  static final int CAPACITY = 1 << 16;

  private final long[] arrived = new long[CAPACITY];
  private final long[] replied = new long[CAPACITY];
  private final int[] status = new int[CAPACITY];
  private final int[] delayMillis = new int[CAPACITY];
  private long first;
  private long next;

  /** Returns the call's number. */
  long arrived(long nanos) {
    int place = place(next);
    arrived[place] = nanos;
    status[place] = CallTime.NO_REPLY;
    return next++;
  }

  void replied(long number, long nanos, int replyStatus, Duration retryDelay) {
    if (number >= oldest()) {
      int place = place(number);
      replied[place] = nanos;
      status[place] = replyStatus;
      delayMillis[place] = Math.toIntExact(retryDelay.toMillis());
    }
  }

  /** In the order of arrival. */
  List<CallTime> read() {
    List<CallTime> calls = new ArrayList<>((int) (next - oldest()));
    for (long number = oldest(); number < next; number++) {
      int place = place(number);
      calls.add(
          new CallTime(
              arrived[place],
              replied[place],
              status[place],
              status[place] == CallTime.NO_REPLY
                  ? Duration.ZERO
                  : Duration.ofMillis(delayMillis[place])));
    }
    return calls;
  }

  /** Forgets all calls; replies to them are ignored from now on. */
  void reset() {
    first = next;
  }

  private long oldest() {
    return Math.max(first, next - CAPACITY);
  }

  private static int place(long number) {
    return (int) (number % CAPACITY);
  }
}
