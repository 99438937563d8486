package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.GateStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher at one moment.
 *
 * @param waiting accepted questions that wait for a look-up or their call
 * @param oldestOutcome since when the oldest outcome is known that has not come back to its task;
 *     {@code null} if there is none
 * @param overdue look-ups and calls that should have ended long ago, by their time limit
 */
public record DispatchStatus(
    GateStatus gate, int waiting, @Nullable Instant oldestOutcome, int overdue) {

  /** Before calls can be made. */
  public static final DispatchStatus NONE = new DispatchStatus(GateStatus.NONE, 0, null, 0);
}
