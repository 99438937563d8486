package dev.explanations.worker.gemini.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.policy.PromptFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real SDK over HTTP. */
class GeminiModelTest extends GeminiModelFixture {

  @Test
  void explain_givesTheAnswer() {
    assertThat(explain())
        .isEqualTo(
            new Outcome.Explained(
                new Explanation(
                    "Light bends.",
                    "gemini-3.5-flash-lite-001",
                    PromptFile.DEFAULT_VERSION,
                    new Usage(42, 88, 130))));
  }

  @Test
  void explain_sendsThePrompt() throws IOException {
    explain();

    FakeGemini.Request request = server.requests().getFirst();
    assertThat(request.path()).isEqualTo("/v1beta/models/" + MODEL + ":generateContent");
    assertThat(request.headers().getFirst("x-goog-api-key")).isEqualTo(KEY);
    JsonNode body = new ObjectMapper().readTree(request.body());
    assertThat(body.at("/contents/0/parts/0/text").asText()).isEqualTo("Explain 🌱 lenses.");
    assertThat(body.at("/contents/0/role").asText()).isEqualTo("user");
    assertThat(body.at("/systemInstruction/parts/0/text").asText()).isEqualTo("You explain.");
    assertThat(body.at("/generationConfig/temperature").isMissingNode()).isTrue();
  }

  /** A question that asks for a tool finds none. */
  @Test
  void explain_sendsNothingButThePrompt() throws IOException {
    explain();

    JsonNode body = new ObjectMapper().readTree(server.requests().getFirst().body());
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("contents", "systemInstruction", "generationConfig");
    assertThat(body.path("contents")).hasSize(1);
    assertThat(body.at("/contents/0/parts")).hasSize(1);
    assertThat(body.at("/systemInstruction/parts")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"v1, v1", "v1alpha, v1alpha", "beta, v1beta"})
  void explain_usesTheVersionThatIsSet(String set, String version) {
    try (GeminiModel model = model("GOOGLE_GENAI_API_VERSION", set)) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    }
    assertThat(server.requests().getFirst().path()).startsWith("/" + version + "/models/");
  }

  /** Room for thoughts, and below the 8,192 that the most modest models allow. */
  @ParameterizedTest
  @CsvSource({"'', 100, 6000", "'', 300, 8000", "1234, 300, 1234", "0, 300, 0"})
  void explain_limitsTheTokens(String setting, int words, int limit) throws IOException {
    try (GeminiModel model = model("GEMINI_MAX_OUTPUT_TOKENS", setting)) {
      assertThat(model.explain(TestPrompt.of("You explain.", "Explain.", words)))
          .isInstanceOf(Outcome.Explained.class);
    }
    JsonNode body = new ObjectMapper().readTree(server.requests().getFirst().body());
    assertThat(body.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(limit);
  }

  @Test
  void explain_usesVertexAiWithAKey() {
    Map<String, String> express =
        Map.of(
            "GOOGLE_GENAI_USE_VERTEXAI",
            "true",
            "GOOGLE_API_KEY",
            KEY,
            "GOOGLE_VERTEX_BASE_URL",
            server.url() + "/");
    try (GeminiModel model = model(express)) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    }

    FakeGemini.Request request = server.requests().getFirst();
    assertThat(request.path())
        .isEqualTo("/v1beta1/publishers/google/models/" + MODEL + ":generateContent");
    assertThat(request.headers().getFirst("x-goog-api-key")).isEqualTo(KEY);
  }

  @Test
  void explain_usesVertexAiWithAProject() {
    Map<String, String> vertex =
        Map.of(
            "GOOGLE_GENAI_USE_VERTEXAI", "true",
            "GOOGLE_CLOUD_PROJECT", "p-1",
            "GOOGLE_CLOUD_LOCATION", "europe-west4",
            "GOOGLE_API_KEY", KEY,
            "GOOGLE_VERTEX_BASE_URL", server.url());
    try (GeminiModel model = model(vertex)) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    }

    assertThat(server.requests().getFirst().path())
        .isEqualTo(
            "/v1beta1/projects/p-1/locations/europe-west4/publishers/google/models/"
                + MODEL
                + ":generateContent");
  }

  @ParameterizedTest
  @CsvSource({"500, INTERNAL", "502, ''", "503, UNAVAILABLE", "504, DEADLINE_EXCEEDED", "408, ''"})
  void explain_isUnavailable_whenTheServerFails(int status, String name) {
    assertFailed(
        explain(FakeGemini.with(status, Bodies.error(status, name, "try again"))),
        Outcome.Unavailable.class,
        ErrorCode.MODEL_UNAVAILABLE);
  }

  @Test
  void explain_makesNoSecondRequest_evenIfInvitedTo() {
    Map<String, String> now = Map.of("Retry-After", "0", "Connection", "close");
    assertFailed(
        explain(FakeGemini.with(503, "", now)),
        Outcome.Unavailable.class,
        ErrorCode.MODEL_UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void explain_doesNotTakeTheKeyElsewhere(int status) {
    assertFailed(
        explain(FakeGemini.with(status, "", Map.of("Location", server.url() + "/elsewhere"))),
        Outcome.Misconfigured.class,
        ErrorCode.MISCONFIGURED);
  }

  @Test
  void explain_isUnavailable_forAnErrorPage() {
    assertFailed(
        explain(FakeGemini.with(502, "<html><body>Bad Gateway</body></html>")),
        Outcome.Unavailable.class,
        ErrorCode.MODEL_UNAVAILABLE);
  }

  @Test
  void explain_isThrottled_withTheDelayOfTheBody() {
    Outcome outcome =
        explain(FakeGemini.with(429, Bodies.RATE_LIMITED, Map.of("Retry-After", "7")));

    assertFailed(outcome, Outcome.Throttled.class, ErrorCode.RATE_LIMITED);
    assertThat(((Outcome.Throttled) outcome).retryAfter()).isEqualTo(Duration.ofMillis(22_500));
  }

  @Test
  void explain_isThrottled_withTheDelayOfTheHeader() {
    Outcome outcome = explain(FakeGemini.with(429, "", Map.of("Retry-After", "7")));

    assertFailed(outcome, Outcome.Throttled.class, ErrorCode.RATE_LIMITED);
    assertThat(((Outcome.Throttled) outcome).retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void explain_isMisconfigured_forABadKey_withoutRepeatingIt() {
    String echo =
        Bodies.INVALID_KEY.replace("API key not valid.", "API key " + KEY + " not valid.");

    Outcome outcome = explain(FakeGemini.with(400, echo));

    assertFailed(outcome, Outcome.Misconfigured.class, ErrorCode.MISCONFIGURED);
    assertThat(((Outcome.Failed) outcome).message()).contains("API key ****** not valid.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"candidates\":[]}",
        "{\"candidates\":[{}]}",
        "{\"candidates\":[{\"finishReason\":\"STOP\"}]}",
        "{\"candidates\":{\"a\":1}}",
        "{\"candidates\":[{\"content\":\"text\",\"finishReason\":\"STOP\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":{\"a\":1}}]},\"finishReason\":\"STOP\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" \"}]},\"finishReason\":\"STOP\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"te",
        "{\"promptFeedback\":{\"blockReason\":\"",
        "{\"usageMetadata\":{}}"
      })
  void explain_isIncomplete_forAnUnusableAnswer(String body) {
    assertFailed(
        explain(FakeGemini.with(200, body)),
        Outcome.Unavailable.class,
        ErrorCode.INCOMPLETE_ANSWER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[1]",
        "null",
        "7",
        "not JSON",
        "<html><body>Sign in</body></html>",
        "{\"status\":\"ok\"}",
        "{\"id\":\"c-1\",\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":{}}",
        "{\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}",
        "{\"error\":\"overloaded\"}",
        "{\"candidates\":[],\"error\":{\"code\":500}}",
        "[{\"error\":{\"code\":429,\"message\":\"quota\"}}]"
      })
  void explain_isUnavailable_whenA200IsNotGeminis(String body) {
    assertFailed(
        explain(FakeGemini.with(200, body)),
        Outcome.Unavailable.class,
        ErrorCode.MODEL_UNAVAILABLE);
  }

  /** Each is put in place of, or beside, a part of the complete answer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"index\":0' | '\"index\":0,\"safetyRatings\":null'",
        "'\"index\":0' | '\"index\":0,\"safetyRatings\":{\"a\":1}'",
        "'\"index\":0' | '\"index\":null,\"avgLogprobs\":null,\"citationMetadata\":null'",
        "'\"index\":0' | '\"index\":\"0\",\"avgLogprobs\":NaN'",
        "'\"index\":0' | '\"index\":0,\"avgLogprobs\":\"NaN\",\"tokenCount\":\"12\"'",
        "'{\"candidates\"' | '{\"promptFeedback\":null,\"candidates\"'",
        "'{\"candidates\"' |"
            + " '{\"promptFeedback\":{\"blockReason\":null,\"safetyRatings\":null},\"candidates\"'",
        "'{\"candidates\"' |"
            + " '{\"promptFeedback\":{\"blockReason\":\"BLOCK_REASON_UNSPECIFIED\"},\"candidates\"'",
        "'{\"candidates\"' |"
            + " '{\"error\":null,\"sdkHttpResponse\":null,\"createTime\":5,\"modelStatus\":[],\"candidates\"'",
        "'\"STOP\"' | '1'",
        "'\"STOP\"' | '\"1\"'",
        "'\"STOP\"' | '\"stop\"'",
        "'{\"text\"' | '{\"thought\":null,\"text\"'",
        "'{\"text\"' | '{\"thought\":\"false\",\"text\"'",
        "'{\"text\"' | '{\"thoughtSignature\":\"_-_-AbC\",\"inlineData\":null,\"text\"'",
        "'{\"text\"' | '{\"thoughtSignature\":7,\"partMetadata\":{\"x\":[[1],{}]},\"text\"'",
        "'{\"text\"' | '{\"text\":null},null,7,{\"text\":\"Hm.\",\"thought\":true},{\"text\"'",
        "'\"role\":\"model\"' | '\"role\":null'",
        "'\"role\":\"model\"' | '\"role\":[\"model\"]'"
      })
  void explain_givesTheAnswer_whateverElseIsOdd(String part, String odd) {
    String body = Bodies.EXPLAINED.replace(part, odd);
    assertThat(body).isNotEqualTo(Bodies.EXPLAINED);

    assertThat(explain(FakeGemini.with(200, body)))
        .isEqualTo(answered("gemini-3.5-flash-lite-001", new Usage(42, 88, 130)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | 0 | 0 | 0",
        "[] | 0 | 0 | 0",
        "7 | 0 | 0 | 0",
        "{\"promptTokenCount\":null,\"candidatesTokenCount\":null,\"totalTokenCount\":null} | 0 | 0"
            + " | 0",
        "{\"promptTokenCount\":\"42\",\"candidatesTokenCount\":12.0,\"thoughtsTokenCount\":null} |"
            + " 42 | 12 | 54",
        "{\"promptTokenCount\":-1,\"candidatesTokenCount\":1e999,\"totalTokenCount\":{}} | 0 |"
            + " 10000000 | 10000000",
        "{\"promptTokenCount\":\"many\",\"candidatesTokenCount\":[3],\"totalTokenCount\":5,\"trafficType\":9}"
            + " | 0 | 5 | 5"
      })
  void explain_givesTheAnswer_whateverTheCountsAre(String usage, int prompt, int output, int all) {
    String body =
        """
        {"candidates":[{"content":{"parts":[{"text":"Light bends."}]},"finishReason":"STOP"}],\
        "usageMetadata":%s,"modelVersion":null,"responseId":null}\
        """
            .formatted(usage);

    assertThat(explain(FakeGemini.with(200, body)))
        .isEqualTo(answered(MODEL, new Usage(prompt, output, all)));
  }

  private static Outcome answered(String model, Usage usage) {
    return new Outcome.Explained(
        new Explanation("Light bends.", model, PromptFile.DEFAULT_VERSION, usage));
  }
}
