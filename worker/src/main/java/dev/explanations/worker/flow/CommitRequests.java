package dev.explanations.worker.flow;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Requests a commit of Kafka Streams from outside a processor. A request for one task commits all
 * tasks of its stream thread, at the end of the thread's current loop iteration (exactly-once-v2,
 * {@code StreamThread.maybeCommit}); during a rebalance, after its end. Thread-safe; each stream
 * thread requests its own commits.
 */
public final class CommitRequests {

  private final ThreadLocal<@Nullable ProcessorContext<?, ?>> latest =
      ThreadLocal.withInitial(() -> null);

  /** A task has handled a record or an alarm: Kafka Streams ignores requests of others. */
  public void handled(ProcessorContext<?, ?> task) {
    latest.set(task);
  }

  /** Requests a commit of the calling stream thread's tasks, if it has handled anything yet. */
  public void request() {
    ProcessorContext<?, ?> task = latest.get();
    if (task != null) {
      task.commit();
    }
  }
}
