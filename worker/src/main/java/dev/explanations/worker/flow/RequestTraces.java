package dev.explanations.worker.flow;

import static dev.explanations.worker.tracing.TraceContext.TRACEPARENT;
import static dev.explanations.worker.tracing.TraceContext.TRACESTATE;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.tracing.Conventions;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Traces the steps of requests, as children of the trace context in their headers. That context
 * stays the same through retries and dead letters; a result's header names the step that emitted
 * it. Thread-safe.
 *
 * @param group consumer group that reads the requests
 * @param results name of the results topic
 */
public record RequestTraces(Tracing tracing, String group, String results) {

  static final RequestTraces OFF = new RequestTraces(Tracing.OFF, "", "");

  /** Traces intake. A request without a trace context gets one in its headers. */
  public void takenIn(Headers headers, Origin origin, Instant at, @Nullable ErrorCode error) {
    if (!tracing.isOn()) {
      return;
    }
    TraceContext parent = context(headers);
    Map<String, Object> attributes =
        Conventions.takenIn(
            origin.topic(), origin.partition(), origin.offset(), group, origin.text());
    TraceContext own =
        tracing.tell(new Step(Step.Kind.INTAKE, parent, at, at, null, wireName(error), attributes));
    if (parent == null && own != null) {
      WorkerHeaders.set(headers, TRACEPARENT, own.traceparent());
    }
  }

  /** Traces the wait of a request that has ended with this verdict. */
  public void waited(PendingRequest request, Verdict verdict, Instant now) {
    switch (verdict) {
      case Verdict.HeldBack(ErrorCode reason) -> waited(request, null, reason, now);
      case Verdict.Failed(Outcome.Failed failure, _, String call, _) ->
          waited(request, call, failure.code(), now);
      case Verdict.Explained(_, _, String call, _) -> waited(request, call, null, now);
      case Verdict.Found _ -> waited(request, null, null, now);
    }
  }

  /**
   * Traces the wait of a request that has ended.
   *
   * @param call traceparent of the call that the request waited for
   */
  public void waited(
      PendingRequest request, @Nullable String call, @Nullable ErrorCode error, Instant now) {
    if (tracing.isOn()) {
      // from arrival or, after a failure, from the end of the backoff
      Instant since = request.lastError() == null ? request.firstSeen() : request.due();
      Instant start = since.isAfter(now) ? now : since;
      Map<String, Object> attributes = Conventions.waited(request.cacheKey());
      TraceContext parent = context(request);
      tracing.tell(new Step(Step.Kind.WAIT, parent, start, now, call, wireName(error), attributes));
    }
  }

  /** Traces the result, and writes the step's traceparent to its headers. */
  void emitted(Headers headers, String status, Instant now) {
    if (!tracing.isOn()) {
      return;
    }
    TraceContext parent = context(headers);
    if (parent != null) {
      Map<String, Object> attributes = Conventions.emitted(results, status);
      TraceContext own =
          tracing.tell(new Step(Step.Kind.EMIT, parent, now, now, null, null, attributes));
      if (own != null) {
        WorkerHeaders.set(headers, TRACEPARENT, own.traceparent());
      }
    }
  }

  /** Trace context of a request, for its call; {@code null} without tracing. */
  public @Nullable TraceContext context(PendingRequest request) {
    return tracing.isOn() ? context(WorkerHeaders.fromStore(request.headers())) : null;
  }

  private static @Nullable TraceContext context(Headers headers) {
    return TraceContext.of(
        WorkerHeaders.text(headers, TRACEPARENT), WorkerHeaders.text(headers, TRACESTATE));
  }

  private static @Nullable String wireName(@Nullable ErrorCode error) {
    return error == null ? null : error.wireName();
  }
}
