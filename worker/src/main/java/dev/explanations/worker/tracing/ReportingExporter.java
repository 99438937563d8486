package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the worker's log when the collector is lost and when it is back. The library would write to
 * the standard error, again and again.
 */
final class ReportingExporter implements SpanExporter {

  private static final Logger log = LoggerFactory.getLogger(ReportingExporter.class);

  /** Held here, since the platform forgets the levels of loggers that nobody holds. */
  private static final java.util.logging.Logger LIBRARY =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final SpanExporter exporter;
  private final String where;
  private final AtomicBoolean failing = new AtomicBoolean();

  ReportingExporter(SpanExporter exporter, String where) {
    this.exporter = exporter;
    this.where = where;
    LIBRARY.setLevel(Level.OFF);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> report(!result.isSuccess()));
  }

  private void report(boolean failed) {
    if (failing.getAndSet(failed) != failed) {
      if (failed) {
        log.warn("Traces cannot be sent to {} and are dropped", where);
      } else {
        log.info("Traces are sent to {} again", where);
      }
    }
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
