package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.GateStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher at one moment.
 *
 * @param waiting accepted questions that wait for a look-up or their call
 * @param unsent outcomes that Kafka has not acknowledged
 * @param oldestOutcome since when the oldest outcome is known that has not come back to its task;
 *     {@code null} if there is none
 * @param overdue look-ups and calls that should have ended long ago, by their time limit
 */
public record DispatchStatus(
    GateStatus gate, int waiting, int unsent, @Nullable Instant oldestOutcome, int overdue) {}
