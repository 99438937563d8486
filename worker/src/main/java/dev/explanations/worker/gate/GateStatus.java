package dev.explanations.worker.gate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * State of the gate at one moment.
 *
 * @param running calls under way
 * @param limit how many calls may be under way
 * @param pausedUntil end of the pause of the model to be asked next; {@code null} if it is not
 *     paused
 * @param histories histories by the names of the breakers
 */
public record GateStatus(
    int running,
    int limit,
    Rate requests,
    Rate tokens,
    @Nullable Instant pausedUntil,
    List<BreakerStatus> breakers,
    Map<String, BreakerHistory> histories) {

  /** Status before there is a gate. */
  public static final GateStatus NONE =
      new GateStatus(0, 0, new Rate(0, 0), new Rate(0, 0), null, List.of(), Map.of());

  /** A limit per minute (0 is none), and what was spent in the last minute. */
  public record Rate(long limit, long used) {}
}
