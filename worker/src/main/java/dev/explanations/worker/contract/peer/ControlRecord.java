package dev.explanations.worker.contract.peer;

import dev.explanations.worker.spending.Spent;
import java.time.Instant;

/**
 * Record of the control topic. Every worker writes such records, and reads those of all workers.
 */
public sealed interface ControlRecord {

  /**
   * @param at by the clock of the worker that wrote it
   * @param by the worker that was asked
   */
  record Ordered(Command command, Instant at, String by) implements ControlRecord {}

  /** A worker lives, and has applied this topic up to this offset. */
  record Heartbeat(String instance, long applied, Instant at) implements ControlRecord {}

  /** A worker has closed, or has been silent for very long: a tombstone. */
  record Departed(String instance) implements ControlRecord {}

  /** Totals of a partition, told by the worker that owns it. */
  record PartitionSpent(int partition, Spent spent) implements ControlRecord {}

  /** An invalidation has outlived all that it concerns: a tombstone. */
  record Expired(String hash) implements ControlRecord {}
}
