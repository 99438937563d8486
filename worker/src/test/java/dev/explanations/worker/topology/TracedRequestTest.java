package dev.explanations.worker.topology;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.tracing.MemoryTracing;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.Step.Kind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of requests; the call's own is told here, as the dispatcher tells it. */
class TracedRequestTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";
  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  private final MemoryTracing tracing = new MemoryTracing();
  private final Engine engine =
      new Engine(UnaryOperator.identity(), tracing, new Faults(Clock.systemUTC())).passBarrier();

  @AfterEach
  void stop() {
    engine.close();
    tracing.close();
  }

  private void ask(String requestId, @Nullable String traceparent) {
    RecordHeaders headers = new RecordHeaders();
    if (traceparent != null) {
      headers.add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
      headers.add("tracestate", "vendor=1".getBytes(StandardCharsets.UTF_8));
    }
    String json = "{\"requestId\":\"%s\",\"topic\":\"a\",\"subtopic\":\"b\"}".formatted(requestId);
    engine.askRaw(null, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  private void end(int call, Outcome outcome, @Nullable String error) {
    FakeLane.Offered offered = engine.lane().offered.get(call);
    Instant now = Engine.START.plusSeconds(1);
    String trace =
        tracing
            .tell(new Step(Kind.CALL, offered.trace(), now, now, null, error, Map.of()))
            .traceparent();
    OutcomeRecord.CallEnded ended = engine.ended(offered.callId(), outcome);
    engine.report(
        offered.cacheKey(),
        new OutcomeRecord.CallEnded(
            ended.callId(), outcome, ended.validity(), trace, Charge.NONE, null));
  }

  private static Map<String, Object> attributes(SpanData span) {
    return span.getAttributes().asMap().entrySet().stream()
        .collect(Collectors.toMap(it -> it.getKey().getKey(), Map.Entry::getValue));
  }

  @Test
  void requestThatFailsOnce_isOneTrace_ofAllItsSteps() {
    ask("r-1", TRACEPARENT);
    engine.advance(Duration.ofMillis(200));
    end(0, UNAVAILABLE, "model_unavailable");
    engine.advance(Duration.ofSeconds(1));
    end(1, Engine.explained("text"), null);

    List<SpanData> spans = tracing.spans();
    assertThat(spans.stream().map(SpanData::getName))
        .containsExactly(
            "process requests",
            "generate_content",
            "wait",
            "generate_content",
            "wait",
            "send results");
    assertThat(spans)
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId()).isEqualTo(TRACE);
              assertThat(span.getParentSpanId()).isEqualTo(PARENT);
              assertThat(span.getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
            });
    assertThat(attributes(spans.getFirst()))
        .containsOnly(
            entry("messaging.system", "kafka"),
            entry("messaging.operation.name", "process"),
            entry("messaging.operation.type", "process"),
            entry("messaging.destination.name", "requests"),
            entry("messaging.destination.partition.id", "0"),
            entry("messaging.kafka.offset", 0L),
            entry("messaging.consumer.group.name", "test"),
            entry("explanation.origin", "requests/0/0"));
    assertThat(attributes(spans.getLast()))
        .containsOnly(
            entry("messaging.system", "kafka"),
            entry("messaging.operation.name", "send"),
            entry("messaging.operation.type", "send"),
            entry("messaging.destination.name", "results"),
            entry("explanation.status", "explained"));
    SpanData failed = tracing.spans(Kind.WAIT).getFirst();
    assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(failed.getStatus().getDescription()).isEqualTo("model_unavailable");
    assertThat(
            TimeUnit.NANOSECONDS.toMillis(failed.getEndEpochNanos() - failed.getStartEpochNanos()))
        .isEqualTo(200);
    SpanData served = tracing.spans(Kind.WAIT).getLast();
    assertThat(served.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(served.getLinks())
        .singleElement()
        .satisfies(
            link ->
                assertThat(link.getSpanContext().getSpanId())
                    .isEqualTo(tracing.spans(Kind.CALL).getLast().getSpanId()));
    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    assertThat(Engine.header(result, "traceparent"))
        .isEqualTo("00-%s-%s-01".formatted(TRACE, spans.getLast().getSpanId()));
    assertThat(Engine.header(result, "tracestate")).isEqualTo("vendor=1");
  }

  @Test
  void requestWithoutTrace_beginsOne() {
    ask("r-1", null);
    end(0, Engine.explained("text"), null);

    SpanData intake = tracing.spans(Kind.INTAKE).getFirst();
    assertThat(intake.getParentSpanContext().isValid()).isFalse();
    assertThat(tracing.spans()).hasSize(4);
    assertThat(tracing.spans().subList(1, 4))
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId()).isEqualTo(intake.getTraceId());
              assertThat(span.getParentSpanId()).isEqualTo(intake.getSpanId());
            });
    assertThat(Engine.header(engine.results.readRecord(), "traceparent"))
        .startsWith("00-" + intake.getTraceId());
  }

  @Test
  void requestsThatShareACall_keepTheirTraces_andLinkToIt() {
    ask("r-1", TRACEPARENT);
    ask("r-2", null);
    end(0, Engine.explained("text"), null);

    SpanData call = tracing.spans(Kind.CALL).getFirst();
    assertThat(call.getTraceId()).isEqualTo(TRACE);
    List<SpanData> waits = tracing.spans(Kind.WAIT);
    assertThat(waits).hasSize(2);
    assertThat(waits.stream().map(SpanData::getTraceId).distinct()).hasSize(2);
    assertThat(waits)
        .allSatisfy(
            wait ->
                assertThat(wait.getLinks().getFirst().getSpanContext().getSpanId())
                    .isEqualTo(call.getSpanId()));
  }

  @Test
  void refusedRequest_isTracedToo_andNonsenseIsNoTrace() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-nonsense".getBytes(StandardCharsets.UTF_8));
    engine.askRaw(null, "{\"requestId\":\"r-1\"}".getBytes(StandardCharsets.UTF_8), headers);

    assertThat(tracing.spans().stream().map(SpanData::getName))
        .containsExactly("process requests", "send results");
    SpanData intake = tracing.spans().getFirst();
    assertThat(intake.getStatus().getDescription()).isEqualTo("invalid_request");
    assertThat(attributes(intake)).containsEntry("error.type", "invalid_request");
    assertThat(Engine.header(engine.results.readRecord(), "traceparent"))
        .contains(intake.getTraceId());
  }

  @Test
  void traceThatIsNotRecorded_isCarriedAllTheSame() {
    ask("r-1", TRACEPARENT.replaceFirst("01$", "00"));
    end(0, Engine.explained("text"), null);

    assertThat(tracing.spans()).isEmpty();
    assertThat(Engine.header(engine.results.readRecord(), "traceparent"))
        .startsWith("00-" + TRACE)
        .endsWith("-00");
  }
}
