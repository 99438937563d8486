package dev.explanations.lab.simulator.statistics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How calls kept to the delays that 429 replies asked for.
 *
 * @param throttled replies with a delay
 * @param onTheWay calls that came so soon after such a reply that the caller need not have known
 * @param early calls that came later, and still before the delay had passed
 * @param smallest from the end of the longest delay that the caller knew of to the next call;
 *     negative when that was early, {@code null} when no call followed
 */
public record RetryMargins(int throttled, int onTheWay, int early, @Nullable Duration smallest) {

  /**
   * Judges calls in the order of their arrival.
   *
   * @param grace how long after a reply its caller need not know of it
   */
  public static RetryMargins of(List<CallTime> calls, Duration grace) {
    List<CallTime> throttled =
        calls.stream()
            .filter(call -> call.status() == 429 && call.retryDelay().isPositive())
            .sorted(Comparator.comparingLong(CallTime::repliedNanos))
            .toList();
    Ends told = new Ends(throttled, Duration.ZERO);
    Ends known = new Ends(throttled, grace);
    int onTheWay = 0;
    List<Long> margins = new ArrayList<>();
    for (CallTime call : calls) {
      long now = call.arrivedNanos();
      boolean knew = known.advanceTo(now);
      if (knew) {
        margins.add(now - known.latest);
      }
      boolean early = knew && now < known.latest;
      if (!early && told.advanceTo(now) && now < told.latest) {
        onTheWay++;
      }
    }
    return new RetryMargins(
        throttled.size(),
        onTheWay,
        (int) margins.stream().filter(margin -> margin < 0).count(),
        margins.stream().min(Comparator.naturalOrder()).map(Duration::ofNanos).orElse(null));
  }

  /** The end of all delays that were told so far; moves on in time. */
  private static final class Ends {
    private final List<CallTime> throttled;
    private final long graceNanos;
    private int next;
    private long latest;

    Ends(List<CallTime> throttled, Duration grace) {
      this.throttled = throttled;
      this.graceNanos = grace.toNanos();
    }

    /** Whether there is any. */
    boolean advanceTo(long nanos) {
      while (next < throttled.size()
          && throttled.get(next).repliedNanos() + graceNanos - nanos < 0) {
        CallTime call = throttled.get(next);
        long end = call.repliedNanos() + call.retryDelay().toNanos();
        latest = next == 0 ? end : Math.max(latest, end);
        next++;
      }
      return next > 0;
    }
  }
}
