package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.policy.Prompts;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Prices for a million tokens: m 0.10 and 0.40 dollars, n 1.00 and 4.00, o none. */
class CallsReportTest {

  private static final String CURRENT = "1";
  private static final String CANDIDATE = "next-0a1b2c3d";
  private static final Outcome THROTTLED =
      new Outcome.Throttled(ErrorCode.RATE_LIMITED, "slow down", null);
  private static final Outcome LATE = new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late");

  private final FixedGauges gauges = new FixedGauges();

  {
    gauges.prompts = new Prompts.Status(CURRENT, CANDIDATE, 0.25);
  }

  @AutoClose
  private final WorkerMetrics metrics =
      new WorkerMetrics(gauges, TestMetrics.FACTS, TestMetrics.CLOCK);

  private JsonNode calls() {
    return new ObjectMapper()
        .valueToTree(TestMetrics.service(metrics, gauges).json())
        .path("calls");
  }

  private static Prompt prompt(String version) {
    return new Prompt(version, "", "", new Prompt.Limits(300, null, null));
  }

  private void call(String model, String version, Outcome outcome, CallDetails details) {
    ExplanationModel measured =
        metrics
            .meters()
            .measured(
                (prompt, watcher) -> {
                  watcher.accept(details);
                  return outcome;
                },
                model);
    assertThat(measured.explain(prompt(version), _ -> {})).isSameAs(outcome);
  }

  /** A call that Gemini answered. */
  private void answered(String model, String version, Outcome outcome) {
    CallDetails.Response response =
        new CallDetails.Response(model, "id", "STOP", outcome.usage(), 0, 0);
    CallDetails details =
        new CallDetails(CallDetails.Provider.DEVELOPER_API, model, null, true, null, response);
    call(model, version, outcome, details);
  }

  /** A call to which Gemini gave no explanation: with an error, or not at all. */
  private void failed(String model, String version, Outcome outcome, boolean refused) {
    CallDetails details =
        new CallDetails(
            CallDetails.Provider.DEVELOPER_API, model, null, true, refused ? 429 : null, null);
    call(model, version, outcome, details);
  }

  private static Outcome explained(String model, String version, int prompt, int output) {
    return new Outcome.Explained(
        new Explanation("text", model, version, new Usage(prompt, output, prompt + output)));
  }

  private static Outcome cutOff(int prompt, int output) {
    return new Outcome.Unusable(
        ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS", new Usage(prompt, output, prompt + output));
  }

  private void makeCalls() {
    answered("m", CURRENT, explained("m", CURRENT, 100, 200)); // 90 millionths of a dollar
    answered("m", CURRENT, cutOff(10, 50)); // 21
    failed("m", CURRENT, THROTTLED, true); // 0
    answered("m", CANDIDATE, explained("m", CANDIDATE, 60, 100)); // 46
    answered("n", CANDIDATE, explained("n", CANDIDATE, 60, 100)); // 460
    answered("o", CANDIDATE, explained("o", CANDIDATE, 10, 10)); // no price
    failed("m", CANDIDATE, LATE, false); // unknown
  }

  @Test
  void versions_areToldApart_withWhatTheyCost() {
    makeCalls();

    JsonNode current = calls().at("/by_prompt/0");
    assertThat(current.path("version").asText()).isEqualTo(CURRENT);
    assertThat(current.path("role").asText()).isEqualTo("current");
    assertThat(current.path("share").asDouble()).isEqualTo(0.75);
    assertThat(current.path("calls").asInt()).isEqualTo(3);
    assertThat(current.path("explained").asInt()).isEqualTo(1);
    assertThat(current.path("unusable").asInt()).isEqualTo(1);
    assertThat(current.path("failed").asInt()).isEqualTo(1);
    assertThat(current.path("tokens").toString())
        .isEqualTo("{\"prompt\":110,\"output\":250,\"total\":360}");
    assertThat(current.at("/estimated_cost/amount").asDouble()).isCloseTo(111e-6, within(1e-12));
    assertThat(current.path("unpriced").asInt()).isZero();
    assertThat(current.path("unknown").asInt()).isZero();
    assertThat(current.at("/latency_seconds/count").asInt()).isEqualTo(1);

    JsonNode candidate = calls().at("/by_prompt/1");
    assertThat(candidate.path("version").asText()).isEqualTo(CANDIDATE);
    assertThat(candidate.path("role").asText()).isEqualTo("candidate");
    assertThat(candidate.path("share").asDouble()).isEqualTo(0.25);
    assertThat(candidate.path("calls").asInt()).isEqualTo(4);
    assertThat(candidate.path("explained").asInt()).isEqualTo(3);
    assertThat(candidate.path("unusable").asInt()).isZero();
    assertThat(candidate.path("failed").asInt()).isEqualTo(1);
    assertThat(candidate.path("tokens").toString())
        .isEqualTo("{\"prompt\":130,\"output\":210,\"total\":340}");
    assertThat(candidate.at("/estimated_cost/amount").asDouble()).isCloseTo(506e-6, within(1e-12));
    assertThat(candidate.path("unpriced").asInt()).isEqualTo(1);
    assertThat(candidate.path("unknown").asInt()).isEqualTo(1);
    assertThat(candidate.at("/latency_seconds/count").asInt()).isEqualTo(3);
  }

  @Test
  void all_isTheSumOfTheVersions() {
    makeCalls();

    JsonNode calls = calls();
    assertThat(calls.path("started").asInt()).isEqualTo(7);
    assertThat(calls.path("by_outcome").toString())
        .isEqualTo(
            "{\"explained\":4,\"unusable\":1,\"throttled\":1,\"unavailable\":1,"
                + "\"misconfigured\":0,\"rejected\":0}");
    assertThat(calls.path("tokens").toString())
        .isEqualTo("{\"prompt\":240,\"output\":460,\"total\":700}");
    assertThat(calls.at("/estimated_cost/amount").asDouble()).isCloseTo(617e-6, within(1e-12));
    assertThat(calls.path("unpriced").asInt()).isEqualTo(1);
    assertThat(calls.path("unknown").asInt()).isEqualTo(1);
    assertThat(calls.at("/latency_seconds/count").asInt()).isEqualTo(7);
  }

  @Test
  void meters_tellModelPromptAndOutcome() {
    makeCalls();

    String text = metrics.text();
    assertThat(text)
        .contains(
            "explanation_calls_started_total{model=\"m\",prompt=\"next-0a1b2c3d\"} 2.0",
            "explanation_calls_ended_total"
                + "{model=\"m\",outcome=\"unusable\",prompt=\"1\",tier=\"standard\"} 1.0",
            "explanation_tokens_total{kind=\"output\",model=\"m\",outcome=\"unusable\","
                + "prompt=\"1\",tier=\"standard\"} 50.0",
            "explanation_call_duration_seconds_count"
                + "{model=\"n\",outcome=\"explained\",prompt=\"next-0a1b2c3d\"} 1",
            "explanation_calls_unpriced_total{model=\"o\",prompt=\"next-0a1b2c3d\"} 1.0",
            "explanation_calls_unknown_total{model=\"m\",prompt=\"next-0a1b2c3d\"} 1.0");
    assertThat(cost(text, "m", "unusable", CURRENT)).isCloseTo(21e-6, within(1e-12));
    assertThat(cost(text, "n", "explained", CANDIDATE)).isCloseTo(460e-6, within(1e-12));
    assertThat(cost(text, "o", "explained", CANDIDATE)).isZero();
  }

  private static double cost(String text, String model, String outcome, String version) {
    String meter =
        "explanation_cost_estimated_usd_total{model=\"%s\",outcome=\"%s\",prompt=\"%s\",%s} "
            .formatted(model, outcome, version, "tier=\"standard\"");
    return text.lines()
        .filter(line -> line.startsWith(meter))
        .mapToDouble(line -> Double.parseDouble(line.substring(meter.length())))
        .sum();
  }

  @Test
  void emptyAnswer_isUnusable_thoughAnotherAttemptMaySucceed() {
    Outcome empty =
        new Outcome.Unavailable(ErrorCode.INCOMPLETE_ANSWER, "no text", new Usage(10, 0, 10));
    answered("m", CURRENT, empty);

    assertThat(calls().at("/by_outcome/unusable").asInt()).isEqualTo(1);
    assertThat(calls().at("/by_outcome/unavailable").asInt()).isZero();
  }

  @Test
  void callThatThrows_hasEnded_atAnUnknownCost() {
    ExplanationModel broken =
        metrics
            .meters()
            .measured(
                (_, _) -> {
                  throw new IllegalStateException("odd");
                },
                "m");

    assertThatThrownBy(() -> broken.explain(prompt(CURRENT), _ -> {})).hasMessage("odd");
    assertThat(calls().at("/by_outcome/unavailable").asInt()).isEqualTo(1);
    assertThat(calls().path("unknown").asInt()).isEqualTo(1);
  }

  @Test
  void withoutACandidate_thereIsOneVersion() {
    FixedGauges alone = new FixedGauges();
    try (WorkerMetrics one = new WorkerMetrics(alone, TestMetrics.FACTS, TestMetrics.CLOCK)) {
      JsonNode versions =
          new ObjectMapper()
              .valueToTree(TestMetrics.service(one, alone).json())
              .at("/calls/by_prompt");
      assertThat(versions).hasSize(1);
      assertThat(versions.at("/0/share").asDouble()).isEqualTo(1);
      assertThat(versions.at("/0/estimated_cost/amount").asDouble()).isZero();
    }
  }
}
