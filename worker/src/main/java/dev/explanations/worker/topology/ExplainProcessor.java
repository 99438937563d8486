package dev.explanations.worker.topology;

import dev.explanations.worker.contract.Words;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.Unforeseen;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.task.ExplainTask;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs an {@link ExplainTask}. Kafka Streams calls {@code init} again on the same object when it
 * revives a task; a new {@link ExplainTask} then begins from the stores. Used by the stream thread
 * only.
 */
public final class ExplainProcessor implements Processor<String, ExplainInput, byte[], byte[]> {

  /** A task failed while it handled the record itself, and its surroundings are not to blame. */
  public static final class RecordFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    RecordFailure(String record, Throwable cause) {
      super("the worker failed over the record " + record, cause);
    }
  }

  /** Characters of a hexadecimal SHA-256. */
  private static final int KEY_IN_LOG = 64;

  private final FlowParts parts;
  private @Nullable ExplainTask task;
  private @Nullable ProcessorContext<byte[], byte[]> context;

  public ExplainProcessor(FlowParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    guarded(
        () -> {
          closeTask();
          task = new ExplainTask(context, parts);
        });
  }

  @Override
  public void process(Record<String, ExplainInput> record) {
    ExplainTask task = this.task;
    ProcessorContext<byte[], byte[]> context = this.context;
    if (task == null || context == null) {
      throw new IllegalStateException("BUG: process before init");
    }
    // a record that was not written by a worker may have any key
    MDC.put("cacheKey", Words.cut(String.valueOf(record.key()), KEY_IN_LOG));
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Origin place = new Origin(metadata.topic(), metadata.partition(), metadata.offset());
    if (parts.faults().isCondemned(place)) {
      guarded(() -> task.takeOut(record, place));
    } else {
      handle(task, record, place);
    }
    parts.faults().forget(place);
    guarded(task::goOn);
    parts.commits().handled(context);
    // left there by a failure: the log lines of the thread's end then name the record
    MDC.remove("cacheKey");
  }

  /** Blames the record for a failure, unless its surroundings failed. */
  private void handle(ExplainTask task, Record<String, ExplainInput> record, Origin place) {
    try {
      task.process(record, place);
    } catch (RuntimeException | Error e) {
      if (Unforeseen.isSurroundings(e)) {
        throw Unforeseen.asException(e);
      }
      parts.faults().died(place, e);
      throw new RecordFailure(place.text(), e);
    }
  }

  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      throw Unforeseen.asException(e);
    }
  }

  @Override
  public void close() {
    guarded(this::closeTask);
  }

  private void closeTask() {
    if (task != null) {
      task.close();
      task = null;
    }
  }
}
