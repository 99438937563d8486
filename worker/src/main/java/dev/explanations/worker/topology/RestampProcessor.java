package dev.explanations.worker.topology;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Gives outcomes the wall clock's time. Behind this node the context's time is the new one, so that
 * no store, changelog or forwarded record can inherit the time that put the outcome first.
 */
final class RestampProcessor implements Processor<String, ExplainInput, String, ExplainInput> {

  private @Nullable ProcessorContext<String, ExplainInput> context;

  @Override
  public void init(ProcessorContext<String, ExplainInput> context) {
    this.context = context;
  }

  @Override
  public void process(Record<String, ExplainInput> record) {
    if (context != null) {
      context.forward(record.withTimestamp(context.currentSystemTimeMs()));
    }
  }
}
