package dev.explanations.worker.tracing;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Names as the conventions have them, written out here once more. */
class ConventionsTest {

  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
  private static final CallDetails.Server SERVER = new CallDetails.Server("gemini.example", 443);
  private static final CallDetails.Response RESPONSE =
      new CallDetails.Response("m-001", "id-1", "STOP", new Usage(42, 88, 130), 76, 30);
  private static final CallDetails ANSWERED =
      new CallDetails(CallDetails.Provider.DEVELOPER_API, "m", SERVER, true, null, RESPONSE);

  @AutoClose private final MemoryTracing tracing = new MemoryTracing();

  private SpanData call(@Nullable CallDetails details, @Nullable String error) {
    tell(details, error, START.plusMillis(1_500), null);
    return tracing.spans().getLast();
  }

  private void tell(
      @Nullable CallDetails details,
      @Nullable String error,
      Instant end,
      @Nullable TraceContext parent) {
    Map<String, Object> attributes = Conventions.called("k", details);
    tracing.tell(new Step(Step.Kind.CALL, parent, START, end, null, error, attributes));
  }

  private static Map<String, Object> plain(Attributes attributes) {
    return attributes.asMap().entrySet().stream()
        .collect(Collectors.toMap(it -> it.getKey().getKey(), Map.Entry::getValue));
  }

  private HistogramPointData onlyDuration() {
    return tracing.metrics().getFirst().getHistogramData().getPoints().iterator().next();
  }

  @Test
  void call_thatIsAnswered() {
    SpanData span = call(ANSWERED, null);

    assertThat(span.getName()).isEqualTo("generate_content m");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getInstrumentationScopeInfo().getSchemaUrl())
        .isEqualTo("https://opentelemetry.io/schemas/1.41.0");
    assertThat(plain(span.getAttributes()))
        .containsOnly(
            entry("gen_ai.operation.name", "generate_content"),
            entry("gen_ai.provider.name", "gcp.gemini"),
            entry("gen_ai.request.model", "m"),
            entry("server.address", "gemini.example"),
            entry("server.port", 443L),
            entry("gen_ai.response.model", "m-001"),
            entry("gen_ai.response.id", "id-1"),
            entry("gen_ai.response.finish_reasons", List.of("stop")),
            entry("gen_ai.usage.input_tokens", 42L),
            entry("gen_ai.usage.cache_read.input_tokens", 30L),
            entry("gen_ai.usage.output_tokens", 88L),
            entry("gen_ai.usage.reasoning.output_tokens", 76L),
            entry("explanation.cache_key", "k"));
  }

  @Test
  void call_thatIsRefused_hasTheStatusForItsError() {
    SpanData span =
        call(
            new CallDetails(CallDetails.Provider.VERTEX_AI, "m", SERVER, true, 503, null),
            "model_unavailable");

    assertThat(span.getStatus().getDescription()).isEqualTo("model_unavailable");
    assertThat(plain(span.getAttributes()))
        .containsOnly(
            entry("gen_ai.operation.name", "generate_content"),
            entry("gen_ai.provider.name", "gcp.vertex_ai"),
            entry("gen_ai.request.model", "m"),
            entry("server.address", "gemini.example"),
            entry("server.port", 443L),
            entry("error.type", "503"),
            entry("explanation.cache_key", "k"));
  }

  @Test
  void call_withoutAStatus_hasTheCodeForItsError() {
    assertThat(plain(call(null, "model_timeout").getAttributes()))
        .containsOnly(
            entry("gen_ai.operation.name", "generate_content"),
            entry("error.type", "model_timeout"),
            entry("explanation.cache_key", "k"));
  }

  @Test
  void response_thatSaysNothing_addsNothing() {
    CallDetails.Response silent = new CallDetails.Response("", "", "", Usage.NONE, 0, 0);

    assertThat(
            plain(
                call(
                        new CallDetails(
                            CallDetails.Provider.VERTEX_AI, "m", null, false, null, silent),
                        null)
                    .getAttributes()))
        .containsOnlyKeys(
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "explanation.cache_key");
    assertThat(tracing.metrics())
        .singleElement()
        .extracting(MetricData::getName)
        .isEqualTo("gen_ai.client.operation.duration");
  }

  @Test
  void metrics_ofCalls() {
    call(ANSWERED, null);

    Map<String, Object> common =
        Map.of(
            "gen_ai.operation.name", "generate_content",
            "gen_ai.provider.name", "gcp.gemini",
            "gen_ai.request.model", "m",
            "gen_ai.response.model", "m-001",
            "server.address", "gemini.example",
            "server.port", 443L);
    MetricData duration = tracing.metrics().getFirst();
    assertThat(duration.getName()).isEqualTo("gen_ai.client.operation.duration");
    assertThat(duration.getUnit()).isEqualTo("s");
    assertThat(onlyDuration().getSum()).isEqualTo(1.5);
    assertThat(onlyDuration().getBoundaries())
        .containsExactly(
            0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    assertThat(plain(onlyDuration().getAttributes())).isEqualTo(common);

    MetricData tokens = tracing.metrics().getLast();
    assertThat(tokens.getName()).isEqualTo("gen_ai.client.token.usage");
    assertThat(tokens.getUnit()).isEqualTo("{token}");
    assertThat(tokens.getHistogramData().getPoints())
        .hasSize(2)
        .allSatisfy(
            point -> {
              Map<String, Object> attributes = plain(point.getAttributes());
              Object type = attributes.remove("gen_ai.token.type");
              assertThat(attributes).isEqualTo(common);
              assertThat(point.getSum()).isEqualTo("input".equals(type) ? 42 : 88);
              assertThat(point.getBoundaries())
                  .containsExactly(
                      1.0,
                      4.0,
                      16.0,
                      64.0,
                      256.0,
                      1024.0,
                      4096.0,
                      16384.0,
                      65536.0,
                      262144.0,
                      1048576.0,
                      4194304.0,
                      16777216.0,
                      67108864.0);
            })
        .extracting(point -> plain(point.getAttributes()).get("gen_ai.token.type"))
        .containsExactlyInAnyOrder("input", "output");
  }

  @Test
  void metrics_ofARefusal() {
    call(
        new CallDetails(CallDetails.Provider.VERTEX_AI, "m", SERVER, true, 503, null),
        "model_unavailable");

    assertThat(tracing.metrics()).hasSize(1);
    assertThat(plain(onlyDuration().getAttributes())).containsEntry("error.type", "503");
  }

  @Test
  void clockThatWasSetBack_makesNoNegativeDuration() {
    tell(ANSWERED, null, START.minusSeconds(5), null);

    assertThat(onlyDuration().getSum()).isZero();
  }

  @Test
  void call_ofATraceThatIsNotRecorded_isMeasured() {
    TraceContext unwanted =
        TraceContext.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", null);
    tell(ANSWERED, null, START.plusSeconds(1), unwanted);

    assertThat(tracing.spans()).isEmpty();
    assertThat(onlyDuration().getCount()).isEqualTo(1);
  }
}
