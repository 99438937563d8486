package dev.explanations.worker.gemini.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/** The real SDK over HTTP, with a {@link FakeGemini} to answer. */
abstract class GeminiModelFixture {

  static final String KEY = "test-key-0123456789";
  static final String MODEL = "gemini-3.5-flash-lite";
  static final Prompt PROMPT = TestPrompt.of("You explain.", "Explain 🌱 lenses.", 300);

  @AutoClose FakeGemini server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeGemini(FakeGemini.with(200, Bodies.EXPLAINED));
  }

  GeminiModel model(String... settings) {
    return model(Map.of("GOOGLE_API_KEY", KEY, "GOOGLE_GEMINI_BASE_URL", server.url()), settings);
  }

  static GeminiModel model(Map<String, String> fixed, String... others) {
    Map<String, String> all = new HashMap<>(fixed);
    for (int i = 0; i < others.length; i += 2) {
      all.put(others[i], others[i + 1]);
    }
    all.putIfAbsent("GEMINI_TIMEOUT", "20s");
    all.put("GEMINI_MAX_IN_FLIGHT", "256");
    return GeminiModel.create(SettingsLoader.load(all).gemini(), MODEL);
  }

  Outcome explain() {
    try (GeminiModel model = model()) {
      return model.explain(PROMPT);
    }
  }

  Outcome explain(FakeGemini.Answer answer) {
    server.answer(answer);
    Outcome outcome = explain();
    assertThat(server.requests()).as("requests for one call").hasSize(1);
    return outcome;
  }

  static void assertFailed(Outcome outcome, Class<? extends Outcome.Failed> type, ErrorCode code) {
    assertThat(outcome).isInstanceOf(type);
    Outcome.Failed failed = (Outcome.Failed) outcome;
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.message()).isNotBlank().doesNotContain(KEY);
  }
}
