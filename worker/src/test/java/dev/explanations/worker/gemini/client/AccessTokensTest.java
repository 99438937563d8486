package dev.explanations.worker.gemini.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.auth.oauth2.UserCredentials;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real SDK with Google's credentials, and a token endpoint that may be slow. */
class AccessTokensTest {

  private static final Prompt PROMPT = TestPrompt.of("You explain.", "Explain.", 300);

  private FakeGemini vertex;
  private FakeGemini tokens;

  @BeforeEach
  void start() throws IOException {
    vertex = new FakeGemini(FakeGemini.with(200, Bodies.EXPLAINED));
    tokens = new FakeGemini(token("t-1", 3600));
  }

  @AfterEach
  void stop() {
    vertex.close();
    tokens.close();
  }

  private static FakeGemini.Answer token(String token, int seconds) {
    return FakeGemini.with(
        200,
        """
        {"access_token": "%s", "expires_in": %d, "token_type": "Bearer"}\
        """
            .formatted(token, seconds));
  }

  private GeminiModel model(String timeout) {
    Map<String, String> settings =
        Map.of(
            "GOOGLE_GENAI_USE_VERTEXAI", "true",
            "GOOGLE_CLOUD_PROJECT", "p-1",
            "GOOGLE_CLOUD_LOCATION", "europe-west4",
            "GOOGLE_VERTEX_BASE_URL", vertex.url(),
            "GEMINI_TIMEOUT", timeout);
    return new GeminiModel(
        SettingsLoader.load(settings).gemini(),
        "m",
        transport ->
            UserCredentials.newBuilder()
                .setClientId("id")
                .setClientSecret("secret")
                .setRefreshToken("refresh")
                .setQuotaProjectId("q-1")
                .setTokenServerUri(URI.create(tokens.url() + "/token"))
                .setHttpTransportFactory(transport)
                .build());
  }

  private List<String> sent() {
    return vertex.requests().stream()
        .map(it -> String.valueOf(it.headers().getFirst("Authorization")))
        .toList();
  }

  @Test
  void explain_fetchesOneToken_forManyCalls() throws Exception {
    try (GeminiModel model = model("20s");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes =
          IntStream.range(0, 20)
              .mapToObj(_ -> callers.submit(() -> model.explain(PROMPT)))
              .toList();
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Explained.class);
      }
    }
    assertThat(sent()).hasSize(20).containsOnly("Bearer t-1");
    assertThat(vertex.requests().getFirst().headers().getFirst("x-goog-user-project"))
        .isEqualTo("q-1");
    assertThat(tokens.requests()).hasSize(1);
  }

  /** With the SDK's own way it took 87 s. */
  @Test
  void explain_keepsTheTimeout_whileTheTokenDoesNotCome() {
    tokens.answer(tokens.silence());
    try (GeminiModel model = model("500ms")) {
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        Outcome outcome = model.explain(PROMPT);

        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo(ErrorCode.MODEL_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      }
    }
    assertThat(tokens.requests()).as("one at a time").hasSize(1);
    assertThat(vertex.requests()).isEmpty();
  }

  /** A token counts as expired for its last 3 minutes, and is renewed 45 s before. */
  @Test
  void explain_usesTheOldToken_whileTheNextIsFetched() {
    tokens.answer(token("t-1", 200));
    try (GeminiModel model = model("20s")) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);

      tokens.answer(tokens.silence());
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
      await().until(() -> tokens.requests().size() == 2);
    }
    assertThat(sent()).containsOnly("Bearer t-1");
  }

  @Test
  void explain_isMisconfigured_whenTheCredentialsAreRefused() {
    tokens.answer(FakeGemini.with(400, "{\"error\": \"invalid_grant\"}"));
    try (GeminiModel model = model("20s")) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Misconfigured.class);
    }
    assertThat(vertex.requests()).isEmpty();
  }

  @Test
  void explain_makesNoSecondRequest_whenTheTokenIsRefused() {
    vertex.answer(FakeGemini.with(401, Bodies.error(401, "UNAUTHENTICATED", "no")));
    try (GeminiModel model = model("20s")) {
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Misconfigured.class);
    }
    assertThat(vertex.requests()).hasSize(1);
  }
}
