package dev.explanations.worker.gate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gate at one moment.
 *
 * @param running calls under way
 * @param limit how many may be
 * @param pausedUntil until when the model that is asked next wants to be left alone; {@code null}
 *     if it does not
 * @param histories by the names of the breakers
 */
public record GateStatus(
    int running,
    int limit,
    Rate requests,
    Rate tokens,
    @Nullable Instant pausedUntil,
    List<BreakerStatus> breakers,
    Map<String, BreakerHistory> histories) {

  /** Before there is a gate. */
  public static final GateStatus NONE =
      new GateStatus(0, 0, new Rate(0, 0), new Rate(0, 0), null, List.of(), Map.of());

  /** A limit per minute, 0 is none, and what was spent in the last one. */
  public record Rate(long limit, long used) {}
}
