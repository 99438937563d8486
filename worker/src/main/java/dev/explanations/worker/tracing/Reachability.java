package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once when the collector is lost and once when it is back; the library itself would write to
 * the standard error again and again. Thread-safe.
 */
final class Reachability {

  private static final Logger log = LoggerFactory.getLogger(Reachability.class);

  /** A strong reference: the platform drops loggers, and their levels, that nothing refers to. */
  private static final java.util.logging.Logger LIBRARY =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final String what;
  private final String where;
  private final AtomicBoolean failing = new AtomicBoolean();

  /** {@code what} begins the log line, a plural. */
  private Reachability(String what, String where) {
    this.what = what;
    this.where = where;
    LIBRARY.setLevel(Level.OFF);
  }

  /** The same exporter, but it says when spans do not arrive. */
  static SpanExporter reporting(SpanExporter exporter, String where) {
    Reachability collector = new Reachability("Traces", where);
    return new SpanExporter() {
      @Override
      public CompletableResultCode export(Collection<SpanData> spans) {
        return collector.watched(exporter.export(spans));
      }

      @Override
      public CompletableResultCode flush() {
        return exporter.flush();
      }

      @Override
      public CompletableResultCode shutdown() {
        return exporter.shutdown();
      }
    };
  }

  /** The same exporter, but it says when metrics do not arrive. */
  static MetricExporter reporting(MetricExporter exporter, String where) {
    Reachability collector = new Reachability("Metrics of calls", where);
    return new MetricExporter() {
      @Override
      public CompletableResultCode export(Collection<MetricData> metrics) {
        return collector.watched(exporter.export(metrics));
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
    };
  }

  private CompletableResultCode watched(CompletableResultCode result) {
    return result.whenComplete(() -> report(!result.isSuccess()));
  }

  private void report(boolean failed) {
    if (failing.getAndSet(failed) != failed) {
      if (failed) {
        log.warn("{} cannot be sent to {} and are dropped", what, where);
      } else {
        log.info("{} are sent to {} again", what, where);
      }
    }
  }
}
