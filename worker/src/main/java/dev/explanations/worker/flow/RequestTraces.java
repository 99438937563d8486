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
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The steps of requests, as children of what their headers name. A request's own header stays as it
 * is on its way through retries and to the dead letters; its result names the step that emitted it.
 * Serves all tasks.
 */
public final class RequestTraces {

  static final RequestTraces OFF = new RequestTraces(Tracing.OFF, "", "");

  private final Tracing tracing;
  private final String group;
  private final String results;

  /**
   * @param group that reads the requests
   * @param results the topic
   */
  public RequestTraces(Tracing tracing, String group, String results) {
    this.tracing = tracing;
    this.group = group;
    this.results = results;
  }

  /** A request without a trace begins one, which its headers name from now on. */
  public void takenIn(Headers headers, Origin origin, Instant at, @Nullable ErrorCode error) {
    if (!tracing.isOn()) {
      return;
    }
    TraceContext parent = context(headers);
    TraceContext own =
        tracing.tell(
            new Step(
                Step.Kind.INTAKE,
                parent,
                at,
                at,
                null,
                wireName(error),
                Conventions.takenIn(
                    origin.topic(), origin.partition(), origin.offset(), group, origin.text())));
    if (parent == null && own != null) {
      WorkerHeaders.set(headers, TRACEPARENT, own.traceparent());
    }
  }

  /** The request's wait has ended with this verdict. */
  public void waited(PendingRequest request, Verdict verdict, Instant now) {
    switch (verdict) {
      case Verdict.HeldBack() -> waited(request, null, ErrorCode.CIRCUIT_BREAKER_OPEN, now);
      case Verdict.Failed(Outcome.Failed failure, _, String call) ->
          waited(request, call, failure.code(), now);
      case Verdict.Explained(_, _, String call) -> waited(request, call, null, now);
      case Verdict.Found _ -> waited(request, null, null, now);
    }
  }

  /**
   * The request's wait has ended.
   *
   * @param call the traceparent of the call that it waited for
   */
  public void waited(
      PendingRequest request, @Nullable String call, @Nullable ErrorCode error, Instant now) {
    if (tracing.isOn()) {
      // since it came, or since the time was over that it had to wait after a failure
      Instant since = request.lastError() == null ? request.firstSeen() : request.due();
      tracing.tell(
          new Step(
              Step.Kind.WAIT,
              context(request),
              since.isAfter(now) ? now : since,
              now,
              call,
              wireName(error),
              Conventions.waited(request.cacheKey())));
    }
  }

  /** Writes the step's own place to the headers of the result. */
  void emitted(Headers headers, String status, Instant now) {
    if (!tracing.isOn()) {
      return;
    }
    TraceContext parent = context(headers);
    if (parent != null) {
      TraceContext own =
          tracing.tell(
              new Step(
                  Step.Kind.EMIT,
                  parent,
                  now,
                  now,
                  null,
                  null,
                  Conventions.emitted(results, status)));
      if (own != null) {
        WorkerHeaders.set(headers, TRACEPARENT, own.traceparent());
      }
    }
  }

  /** For the call that is made for it; {@code null} when nobody wants to know. */
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
