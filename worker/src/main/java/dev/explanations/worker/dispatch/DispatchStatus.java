package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.GateStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the dispatcher at one moment.
 *
 * @param waiting accepted questions that wait for a look-up or their call
 * @param oldestOutcome since when the oldest outcome is known that its task has not read; {@code
 *     null} if there is none
 * @param overdue look-ups and calls that hang: their time limit is long over
 */
public record DispatchStatus(
    GateStatus gate, int waiting, @Nullable Instant oldestOutcome, int overdue) {

  /** Status before there is a dispatcher. */
  public static final DispatchStatus NONE = new DispatchStatus(GateStatus.NONE, 0, null, 0);
}
