package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Sends spans, and says when they do not arrive. */
final class ReportingSpanExporter implements SpanExporter {

  private final SpanExporter exporter;
  private final Reachability reachability;

  ReportingSpanExporter(SpanExporter exporter, String where) {
    this.exporter = exporter;
    this.reachability = new Reachability("Traces", where);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return reachability.watched(exporter.export(spans));
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
