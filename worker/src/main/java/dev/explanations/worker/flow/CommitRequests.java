package dev.explanations.worker.flow;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka Streams for a commit outside of a processor. A request for one task commits all tasks
 * of its stream thread, at the end of the thread's present round (exactly-once-v2, {@code
 * StreamThread.maybeCommit}); during a rebalance it waits for the end of that. Thread-safe; each
 * stream thread asks for itself.
 */
public final class CommitRequests {

  private final ThreadLocal<@Nullable ProcessorContext<?, ?>> latest =
      ThreadLocal.withInitial(() -> null);

  /** The task has handled a record or an alarm: a request of another task would be ignored. */
  public void handled(ProcessorContext<?, ?> task) {
    latest.set(task);
  }

  /** For the calling stream thread. Does nothing if it has handled nothing yet. */
  public void request() {
    ProcessorContext<?, ?> task = latest.get();
    if (task != null) {
      task.commit();
    }
  }
}
