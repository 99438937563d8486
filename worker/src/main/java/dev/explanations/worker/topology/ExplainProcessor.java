package dev.explanations.worker.topology;

import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.contract.Words;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lanes;
import dev.explanations.worker.store.Origin;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The shell of {@link ExplainTask}: Kafka Streams calls {@code init} again on the same object when
 * a task is revived, and then everything starts from the stores anew.
 */
public final class ExplainProcessor implements Processor<String, ExplainInput, byte[], byte[]> {

  /** Hexadecimal SHA-256. */
  private static final int KEY_IN_LOG = 64;

  private final ExplainSettings settings;
  private final RequestDecoder decoder;
  private final Lanes lanes;
  private final Supplier<CacheState> commands;
  private final WorkerTotals totals;
  private final Alarms alarms;
  private final FlowListener listener;
  private final RequestTraces traces;
  private final Faults faults;
  private final CommitRequests commits;
  private @Nullable ExplainTask task;
  private @Nullable ProcessorContext<byte[], byte[]> context;

  /**
   * @param commands what they say of the cache by now
   */
  public ExplainProcessor(
      ExplainSettings settings,
      RequestDecoder decoder,
      Lanes lanes,
      Supplier<CacheState> commands,
      WorkerTotals totals,
      Alarms alarms,
      FlowListener listener,
      RequestTraces traces,
      Faults faults,
      CommitRequests commits) {
    this.settings = settings;
    this.decoder = decoder;
    this.lanes = lanes;
    this.commands = commands;
    this.totals = totals;
    this.alarms = alarms;
    this.listener = listener;
    this.traces = traces;
    this.faults = faults;
    this.commits = commits;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    guarded(
        () -> {
          closeTask();
          task =
              new ExplainTask(
                  context, settings, decoder, lanes, commands, totals, alarms, listener, traces,
                  faults, commits);
        });
  }

  @Override
  public void process(Record<String, ExplainInput> record) {
    ExplainTask task = this.task;
    ProcessorContext<byte[], byte[]> context = this.context;
    if (task == null || context == null) {
      return;
    }
    // a record that no worker wrote may have any key
    MDC.put("cacheKey", Words.cut(String.valueOf(record.key()), KEY_IN_LOG));
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Origin place = new Origin(metadata.topic(), metadata.partition(), metadata.offset());
    if (faults.isCondemned(place)) {
      guarded(() -> task.takeOut(record, place));
    } else {
      handle(task, record, place);
    }
    faults.survived(place);
    guarded(task::goOn);
    commits.handled(context);
    // not after a failure: what is logged of the thread's end names the record that it died of
    MDC.remove("cacheKey");
  }

  /** Of what goes wrong here the record is to blame, unless its surroundings are. */
  private void handle(ExplainTask task, Record<String, ExplainInput> record, Origin place) {
    try {
      task.process(record, place);
    } catch (RuntimeException | Error e) {
      if (Unforeseen.isSurroundings(e)) {
        throw Unforeseen.asException(e);
      }
      faults.died(place, e);
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
