package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Comparator;
import java.util.List;

/** The real thing, with spans that stay here. */
public final class MemoryTracing implements Tracing, AutoCloseable {

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetryTracing tracing =
      new OpenTelemetryTracing(SimpleSpanProcessor.create(spans), metrics, "application", "w1");

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public TraceContext tell(Step step) {
    return tracing.tell(step);
  }

  /** In the order in which they were told. */
  public List<SpanData> spans() {
    return spans.getFinishedSpanItems();
  }

  /** Those of a kind. */
  public List<SpanData> spans(Step.Kind kind) {
    return spans().stream()
        .filter(span -> span.getKind() == OpenTelemetryTracing.kind(kind))
        .toList();
  }

  /** As they are by now, in the order of their names. */
  public List<MetricData> metrics() {
    return metrics.collectAllMetrics().stream()
        .sorted(Comparator.comparing(MetricData::getName))
        .toList();
  }

  @Override
  public void close() {
    tracing.close();
  }
}
