package dev.explanations.worker.gemini.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real SDK over HTTP. */
class GeminiModelTest {

  private static final String KEY = "test-key-0123456789";
  private static final String MODEL = "gemini-3.5-flash-lite";
  private static final Prompt PROMPT = new Prompt("You explain.", "Explain 🌱 lenses.", 300);

  private FakeGemini server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeGemini(FakeGemini.with(200, Bodies.EXPLAINED));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private GeminiModel model(String... settings) {
    return model(Map.of("GOOGLE_API_KEY", KEY, "GOOGLE_GEMINI_BASE_URL", server.url()), settings);
  }

  private static GeminiModel model(Map<String, String> fixed, String... others) {
    Map<String, String> all = new HashMap<>(fixed);
    for (int i = 0; i < others.length; i += 2) {
      all.put(others[i], others[i + 1]);
    }
    all.putIfAbsent("GEMINI_TIMEOUT", "20s");
    all.put("GEMINI_MAX_IN_FLIGHT", "256");
    return GeminiModel.create(SettingsLoader.load(all).gemini(), MODEL);
  }

  private Outcome explain() {
    try (GeminiModel model = model()) {
      return model.explain(PROMPT);
    }
  }

  private Outcome explain(FakeGemini.Answer answer) {
    server.answer(answer);
    Outcome outcome = explain();
    assertThat(server.requests()).as("requests for one call").hasSize(1);
    return outcome;
  }

  private static void assertFailed(
      Outcome outcome, Class<? extends Outcome.Failed> type, ErrorCode code) {
    assertThat(outcome).isInstanceOf(type);
    Outcome.Failed failed = (Outcome.Failed) outcome;
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.message()).isNotBlank().doesNotContain(KEY);
  }

  @Test
  void explain_givesTheAnswer() {
    assertThat(explain())
        .isEqualTo(
            new Outcome.Explained(
                new Explanation(
                    "Light bends.",
                    "gemini-3.5-flash-lite-001",
                    Prompt.VERSION,
                    new Usage(42, 88, 130))));
  }

  private CallDetails details(GeminiModel model) {
    List<CallDetails> told = new ArrayList<>();
    try (model) {
      var _ = model.explain(PROMPT, told::add);
    }
    assertThat(told).hasSize(1);
    return told.getFirst();
  }

  @Test
  void watcher_isToldOfTheAnswer() {
    String cached = "\"thoughtsTokenCount\":76,\"cachedContentTokenCount\":30";
    server.answer(
        FakeGemini.with(200, Bodies.EXPLAINED.replaceFirst("\"thoughtsTokenCount\":76", cached)));

    assertThat(details(model()))
        .isEqualTo(
            new CallDetails(
                CallDetails.Provider.DEVELOPER_API,
                MODEL,
                new CallDetails.Server("127.0.0.1", URI.create(server.url()).getPort()),
                null,
                new CallDetails.Response(
                    "gemini-3.5-flash-lite-001", "abc", "STOP", new Usage(42, 88, 130), 76, 30)));
  }

  @Test
  void watcher_isToldOfARefusal_andOfVertexAi() {
    server.answer(FakeGemini.with(503, Bodies.error(503, "UNAVAILABLE", "overloaded")));
    Map<String, String> express =
        Map.of(
            "GOOGLE_GENAI_USE_VERTEXAI",
            "true",
            "GOOGLE_API_KEY",
            KEY,
            "GOOGLE_VERTEX_BASE_URL",
            server.url());

    CallDetails details = details(model(express));
    assertThat(details.provider()).isEqualTo(CallDetails.Provider.VERTEX_AI);
    assertThat(details.refusal()).isEqualTo(503);
    assertThat(details.response()).isNull();
  }

  @Test
  void watcher_isToldOfWhatIsNoAnswerOfGemini_orOfNone() {
    server.answer(FakeGemini.with(200, "<html>"));
    assertThat(details(model()).response()).isNull();

    server.close();
    CallDetails details = details(model());
    assertThat(details.server()).isNotNull();
    assertThat(details.refusal()).isNull();
    assertThat(details.response()).isNull();
  }

  /** Names are long only where something else than Gemini answers. */
  @Test
  void watcher_isToldShortNames() {
    String endless = "x".repeat(10_000);
    server.answer(
        FakeGemini.with(
            200,
            "{\"responseId\":\"%s\",\"candidates\":[{\"finishReason\":\"%s\"}]}"
                .formatted(endless, endless)));

    CallDetails.Response response = Objects.requireNonNull(details(model()).response());
    assertThat(response.id()).hasSizeLessThanOrEqualTo(200);
    assertThat(response.finishReason()).hasSizeLessThanOrEqualTo(200);
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
      assertThat(model.explain(new Prompt("You explain.", "Explain.", words)))
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
    return new Outcome.Explained(new Explanation("Light bends.", model, Prompt.VERSION, usage));
  }

  @Test
  void explain_isUnavailable_whenTheConnectionIsLost_onANewConnectionAndOnAUsedOne() {
    try (GeminiModel model = model()) {
      server.answer(FakeGemini.hangUp());
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
      assertThat(server.requests()).hasSize(1);

      server.answer(FakeGemini.with(200, Bodies.EXPLAINED));
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
      server.answer(FakeGemini.hangUp());
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void explain_isUnavailable_whenNobodyListens() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    try (GeminiModel model = model("GOOGLE_GEMINI_BASE_URL", nobody)) {
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void explain_keepsTheTimeout_alsoWhileTheBodyComes(boolean half) {
    server.answer(half ? server.withHalf(200, Bodies.EXPLAINED) : server.silence());
    try (GeminiModel model = model("GEMINI_TIMEOUT", "2s")) {
      long start = System.nanoTime();
      Outcome outcome = model.explain(PROMPT);
      Duration taken = Duration.ofNanos(System.nanoTime() - start);

      assertFailed(outcome, Outcome.Unavailable.class, ErrorCode.MODEL_TIMEOUT);
      assertThat(taken).isBetween(Duration.ofMillis(1_950), Duration.ofSeconds(20));
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** As plain text, and as a gzip bomb. Before, the worker ran out of memory. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void explain_readsOnlySoMuch_ofABodyThatNeverEnds(boolean gzip) {
    server.answer(
        exchange -> {
          if (gzip) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          }
          exchange.sendResponseHeaders(200, 0);
          OutputStream raw = exchange.getResponseBody();
          OutputStream out = gzip ? new GZIPOutputStream(raw, 8192, true) : raw;
          out.write("{\"modelVersion\":\"m\",\"x\":\"".getBytes(UTF_8));
          byte[] block = "x".repeat(1 << 16).getBytes(UTF_8);
          while (true) {
            out.write(block);
          }
        });
    try (GeminiModel model = model()) {
      Outcome outcome = model.explain(PROMPT);

      assertFailed(outcome, Outcome.Unavailable.class, ErrorCode.INCOMPLETE_ANSWER);
      assertThat(((Outcome.Failed) outcome).message()).contains("too large");
    }
  }

  @Test
  void explain_knowsTheStatus_evenIfTheErrorsBodyNeverEnds() {
    server.answer(server.withHalf(429, Bodies.RATE_LIMITED));
    try (GeminiModel model = model("GEMINI_TIMEOUT", "500ms")) {
      assertFailed(model.explain(PROMPT), Outcome.Throttled.class, ErrorCode.RATE_LIMITED);
    }
  }

  @Test
  void explain_endsEarly_whenInterrupted() throws InterruptedException {
    server.answer(server.silence());
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    try (GeminiModel model = model()) {
      Thread caller =
          Thread.startVirtualThread(
              () -> {
                outcome.set(model.explain(PROMPT));
                flag.set(Thread.currentThread().isInterrupted());
              });
      await().until(() -> server.requests().size() == 1);
      caller.interrupt();
      caller.join(Duration.ofSeconds(20));
    }

    assertFailed(outcome.get(), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
    assertThat(flag).isTrue();
  }

  @Test
  void explain_makesNoCall_whenInterruptedBefore() throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    try (GeminiModel model = model()) {
      Thread.startVirtualThread(
              () -> {
                Thread.currentThread().interrupt();
                outcome.set(model.explain(PROMPT));
              })
          .join(Duration.ofSeconds(20));
    }

    assertThat(outcome.get()).isInstanceOf(Outcome.Unavailable.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void explain_servesManyThreads() throws Exception {
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (GeminiModel model = model();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        outcomes.add(callers.submit(() -> model.explain(PROMPT)));
      }
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Explained.class);
      }
    }
    assertThat(server.requests()).hasSize(200);
  }

  @Test
  void warmUp_makesNoCall() {
    try (GeminiModel model = model()) {
      model.warmUp();
    }
    assertThat(server.requests()).isEmpty();
  }
}
