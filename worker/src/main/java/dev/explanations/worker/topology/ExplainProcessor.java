package dev.explanations.worker.topology;

import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lanes;
import dev.explanations.worker.tracing.Tracing;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The shell of {@link ExplainTask}: Kafka Streams calls {@code init} again on the same object when
 * a task is revived, and then everything starts from the stores anew.
 */
public final class ExplainProcessor implements Processor<String, ExplainInput, byte[], byte[]> {

  private final ExplainSettings settings;
  private final RequestDecoder decoder;
  private final Lanes lanes;
  private final Supplier<CacheState> commands;
  private final WorkerTotals totals;
  private final Alarms alarms;
  private final FlowListener listener;
  private final Tracing tracing;
  private @Nullable ExplainTask task;

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
      Tracing tracing) {
    this.settings = settings;
    this.decoder = decoder;
    this.lanes = lanes;
    this.commands = commands;
    this.totals = totals;
    this.alarms = alarms;
    this.listener = listener;
    this.tracing = tracing;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    close();
    task =
        new ExplainTask(
            context, settings, decoder, lanes, commands, totals, alarms, listener, tracing);
  }

  @Override
  public void process(Record<String, ExplainInput> record) {
    if (task != null) {
      MDC.put("key", record.key());
      task.process(record);
      // not after a failure: what is logged of the thread's end names the record that it died of
      MDC.remove("key");
    }
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
      task = null;
    }
  }
}
