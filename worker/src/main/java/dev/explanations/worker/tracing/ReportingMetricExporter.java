package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;

/** Sends metrics, and says when they do not arrive. */
final class ReportingMetricExporter implements MetricExporter {

  private final MetricExporter exporter;
  private final Reachability reachability;

  ReportingMetricExporter(MetricExporter exporter, String where) {
    this.exporter = exporter;
    this.reachability = new Reachability("Metrics of calls", where);
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    return reachability.watched(exporter.export(metrics));
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return exporter.getAggregationTemporality(type);
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
