package dev.explanations.worker.tracing;

import static dev.explanations.worker.tracing.TraceContext.TRACEPARENT;
import static dev.explanations.worker.tracing.TraceContext.TRACESTATE;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Steps as OpenTelemetry spans, and calls in its metrics as well. Spans are sent in batches by a
 * thread of its own, from a queue of some thousands; without a collector they are dropped. A trace
 * that its beginner did not sample has no spans; its calls are measured all the same.
 */
public final class OpenTelemetryTracing implements Tracing, AutoCloseable {

  private static final String SCOPE = "dev.explanations.worker";
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration METRICS_INTERVAL = Duration.ofSeconds(15);
  private static final long CLOSE_SECONDS = 2;
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<TraceContext> GETTER =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable TraceContext context, String key) {
          if (context == null) {
            return null;
          }
          return key.equals(TRACEPARENT) ? context.traceparent() : context.tracestate();
        }
      };

  private final SdkTracerProvider traces;
  private final SdkMeterProvider metrics;
  private final Tracer tracer;
  private final CallMetrics calls;

  OpenTelemetryTracing(
      SpanProcessor processor, MetricReader reader, String service, String instance) {
    Resource resource =
        Resource.create(
            Attributes.of(
                AttributeKey.stringKey("service.name"), service,
                AttributeKey.stringKey("service.instance.id"), instance));
    this.traces =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(processor).build();
    this.metrics =
        SdkMeterProvider.builder().setResource(resource).registerMetricReader(reader).build();
    this.tracer = traces.tracerBuilder(SCOPE).setSchemaUrl(Conventions.SCHEMA_URL).build();
    this.calls =
        new CallMetrics(metrics.meterBuilder(SCOPE).setSchemaUrl(Conventions.SCHEMA_URL).build());
  }

  /**
   * To a collector by OTLP over HTTP.
   *
   * @param endpoint its address, below which traces are at {@code /v1/traces} and metrics at {@code
   *     /v1/metrics}
   */
  public static OpenTelemetryTracing toCollector(String endpoint, String service, String instance) {
    String base = endpoint.replaceFirst("/+$", "");
    String traces = base + "/v1/traces";
    SpanExporter spans =
        Reachability.reporting(
            OtlpHttpSpanExporter.builder().setEndpoint(traces).setTimeout(EXPORT_TIMEOUT).build(),
            traces);
    String metrics = base + "/v1/metrics";
    MetricExporter histograms =
        Reachability.reporting(
            OtlpHttpMetricExporter.builder()
                .setEndpoint(metrics)
                .setTimeout(EXPORT_TIMEOUT)
                .build(),
            metrics);
    return new OpenTelemetryTracing(
        BatchSpanProcessor.builder(spans).build(),
        PeriodicMetricReader.builder(histograms).setInterval(METRICS_INTERVAL).build(),
        service,
        instance);
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public TraceContext tell(Step step) {
    if (step.kind() == Step.Kind.CALL) {
      calls.record(step);
    }
    SpanBuilder builder =
        tracer
            .spanBuilder(Conventions.spanName(step))
            .setParent(context(step.parent()))
            .setSpanKind(kind(step.kind()))
            .setStartTimestamp(step.start());
    if (step.link() != null) {
      Context served = context(new TraceContext(step.link(), null));
      builder.addLink(Span.fromContext(served).getSpanContext());
    }
    builder.setAllAttributes(attributes(step.attributes()));
    Span span = builder.startSpan();
    if (step.error() != null) {
      span.setStatus(StatusCode.ERROR, step.error());
    }
    span.end(step.end());
    Map<String, String> headers = new HashMap<>();
    W3C.inject(
        Context.root().with(span), headers, (carrier, name, value) -> headers.put(name, value));
    return new TraceContext(headers.getOrDefault(TRACEPARENT, ""), headers.get(TRACESTATE));
  }

  /** Typed as longs, lists of strings, and strings. */
  static Attributes attributes(Map<String, Object> values) {
    AttributesBuilder attributes = Attributes.builder();
    values.forEach(
        (name, value) -> {
          switch (value) {
            case Long number -> attributes.put(name, number);
            case List<?> texts ->
                attributes.put(
                    AttributeKey.stringArrayKey(name),
                    texts.stream().map(String::valueOf).toList());
            default -> attributes.put(name, value.toString());
          }
        });
    return attributes.build();
  }

  private static Context context(@Nullable TraceContext parent) {
    return parent == null ? Context.root() : W3C.extract(Context.root(), parent, GETTER);
  }

  static SpanKind kind(Step.Kind kind) {
    return switch (kind) {
      case INTAKE -> SpanKind.CONSUMER;
      case WAIT -> SpanKind.INTERNAL;
      case CALL -> SpanKind.CLIENT;
      case EMIT -> SpanKind.PRODUCER;
    };
  }

  /** Sends what is left; bounded. */
  @Override
  public void close() {
    CompletableResultCode measured = new CompletableResultCode();
    // waits for up to 10 s by itself while the collector does not answer
    Thread.startVirtualThread(() -> metrics.shutdown().whenComplete(measured::succeed));
    CompletableResultCode.ofAll(List.of(traces.shutdown(), measured))
        .join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
