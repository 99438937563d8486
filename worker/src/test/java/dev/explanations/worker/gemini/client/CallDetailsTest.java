package dev.explanations.worker.gemini.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.answer.Bodies;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is told of a call, for its span and its metrics. */
class CallDetailsTest extends GeminiModelFixture {

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
                true,
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
    assertThat(details.httpStatus()).isEqualTo(503);
    assertThat(details.response()).isNull();
    assertThat(details.sent()).isTrue();
  }

  @Test
  void watcher_isToldOfWhatIsNoAnswerOfGemini_orOfNone() {
    server.answer(FakeGemini.with(200, "<html>"));
    assertThat(details(model()).response()).isNull();

    server.close();
    CallDetails details = details(model());
    assertThat(details.server()).isNotNull();
    assertThat(details.sent()).isFalse();
    assertThat(details.httpStatus()).isNull();
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
}
