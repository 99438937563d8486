package dev.explanations.worker.tracing;

import static dev.explanations.worker.tracing.TraceContext.TRACEPARENT;
import static dev.explanations.worker.tracing.TraceContext.TRACESTATE;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Steps as OpenTelemetry spans. They are sent in batches by a thread of its own, from a queue of
 * some thousands; without a collector they are dropped. Of a trace whose beginner did not want it
 * recorded nothing is.
 */
public final class OpenTelemetryTracing implements Tracing, AutoCloseable {

  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);
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

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  OpenTelemetryTracing(SpanProcessor processor, String service, String instance) {
    Resource resource =
        Resource.create(
            Attributes.of(
                AttributeKey.stringKey("service.name"), service,
                AttributeKey.stringKey("service.instance.id"), instance));
    this.provider =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(processor).build();
    this.tracer = provider.get("dev.explanations.worker");
  }

  /**
   * To a collector by OTLP over HTTP.
   *
   * @param endpoint its address, below which traces are at {@code /v1/traces}
   */
  public static OpenTelemetryTracing toCollector(String endpoint, String service, String instance) {
    String traces = endpoint.replaceFirst("/+$", "") + "/v1/traces";
    ReportingExporter exporter =
        new ReportingExporter(
            OtlpHttpSpanExporter.builder().setEndpoint(traces).setTimeout(EXPORT_TIMEOUT).build(),
            traces);
    return new OpenTelemetryTracing(
        BatchSpanProcessor.builder(exporter).build(), service, instance);
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public TraceContext tell(Step step) {
    SpanBuilder builder =
        tracer
            .spanBuilder(step.kind().spanName())
            .setParent(context(step.parent()))
            .setSpanKind(kind(step.kind()))
            .setStartTimestamp(step.start());
    if (step.link() != null) {
      Context served = context(new TraceContext(step.link(), null));
      builder.addLink(Span.fromContext(served).getSpanContext());
    }
    step.attributes().forEach(builder::setAttribute);
    Span span = builder.startSpan();
    if (step.error() != null) {
      span.setStatus(StatusCode.ERROR, step.error());
    }
    // a clock that was set back in between would make it end before its start
    span.end(step.end().isBefore(step.start()) ? step.start() : step.end());
    Map<String, String> headers = new HashMap<>();
    W3C.inject(
        Context.root().with(span), headers, (carrier, name, value) -> headers.put(name, value));
    return new TraceContext(headers.getOrDefault(TRACEPARENT, ""), headers.get(TRACESTATE));
  }

  private static Context context(@Nullable TraceContext parent) {
    return parent == null ? Context.root() : W3C.extract(Context.root(), parent, GETTER);
  }

  private static SpanKind kind(Step.Kind kind) {
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
    provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
