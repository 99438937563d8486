package dev.explanations.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiAnswersTest {

  private final GeminiAnswers answers =
      new GeminiAnswers(
          new GeminiErrors(new Redaction(null), InstantSource.system()), "the-model-asked");

  private Outcome read(String body) {
    return answers.read(GenerateContentResponse.fromJson(body));
  }

  private Explanation explained(String body) {
    assertThat(read(body)).isInstanceOf(Outcome.Explained.class);
    return ((Outcome.Explained) read(body)).explanation();
  }

  private void assertIncomplete(String body) {
    assertThat(read(body)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(((Outcome.Failed) read(body)).code()).isEqualTo(ErrorCode.INCOMPLETE_ANSWER);
  }

  @Test
  void read_countsThoughtsAsOutput() {
    assertThat(explained(Bodies.EXPLAINED).usage()).isEqualTo(new Usage(42, 88, 130));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "BRAND_NEW", "PROHIBITED_CONTENT"})
  void read_countsWhatItCost_whateverTheAnswerIs(String reason) {
    assertThat(read(Bodies.EXPLAINED.replace("STOP", reason)).usage())
        .isEqualTo(new Usage(42, 88, 130));
  }

  @Test
  void read_countsWhatItCost_withoutAnyText() {
    assertThat(read(Bodies.ALL_THOUGHTS).usage()).isEqualTo(new Usage(9, 99, 108));
    assertThat(read(Bodies.ALL_THOUGHTS.replace("MAX_TOKENS", "STOP")).usage())
        .isEqualTo(new Usage(9, 99, 108));
    assertThat(read(Bodies.PROMPT_BLOCKED).usage()).isEqualTo(new Usage(9, 0, 9));
    assertThat(read("{\"candidates\":[],\"usageMetadata\":{\"promptTokenCount\":7}}").usage())
        .isEqualTo(new Usage(7, 0, 7));
    assertThat(read(Bodies.EXPLAINED.replace("Light bends.", "x".repeat(40_000))).usage())
        .isEqualTo(new Usage(42, 88, 130));
  }

  @Test
  void read_countsThoughtsThatOnlyTheTotalTellsOf_andNoNonsense() {
    assertThat(read(Bodies.EXPLAINED.replace(",\"thoughtsTokenCount\":76", "")).usage())
        .isEqualTo(new Usage(42, 88, 130));
    Usage wild =
        read(Bodies.EXPLAINED.replace(":42,", ":2147483647,").replace(":12,", ":2147483647,"))
            .usage();
    assertThat(wild.outputTokens()).isPositive();
    assertThat(wild.totalTokens()).isPositive();
    assertThat(read(Bodies.EXPLAINED.replace(":42,", ":-42,")).usage().promptTokens()).isZero();
  }

  @Test
  void read_namesTheModelAsked_whenTheAnswerNamesNone() {
    Explanation explanation = explained(Bodies.finished("STOP"));

    assertThat(explanation.model()).isEqualTo("the-model-asked");
    assertThat(explanation.usage()).isEqualTo(new Usage(0, 0, 0));
  }

  @Test
  void read_joinsParts_withoutThoughts() {
    assertThat(
            explained(
                    """
                    {"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true},{"text":" Light "},
                    {"text":"bends.\\n"}]},"finishReason":"STOP"}]}\
                    """)
                .text())
        .isEqualTo("Light bends.");
  }

  @Test
  void read_replacesLoneSurrogates() {
    assertThat(explained(Bodies.EXPLAINED.replace("Light", "\\ud83c\\udf31 \\ud83c")).text())
        .isEqualTo("🌱 ? bends.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"})
  void read_isBlocked(String reason) {
    assertThat(read(Bodies.finished(reason)))
        .isEqualTo(new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "finish reason " + reason));
  }

  @Test
  void read_isBlocked_whenThePromptWas() {
    assertThat(read(Bodies.PROMPT_BLOCKED))
        .isEqualTo(
            new Outcome.Rejected(
                ErrorCode.CONTENT_BLOCKED,
                "prompt blocked: PROHIBITED_CONTENT",
                new Usage(9, 0, 9)));
    assertThat(read(Bodies.PROMPT_BLOCKED.replace("PROHIBITED_CONTENT", "BRAND_NEW")))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAX_TOKENS",
        "OTHER",
        "FINISH_REASON_UNSPECIFIED",
        "MALFORMED_FUNCTION_CALL",
        "BRAND_NEW",
        ""
      })
  void read_isIncomplete_unlessItStopped(String reason) {
    assertIncomplete(Bodies.finished(reason));
  }

  @Test
  void read_isIncomplete_withoutText() {
    assertIncomplete(Bodies.ALL_THOUGHTS);
    assertIncomplete(Bodies.ALL_THOUGHTS.replace("MAX_TOKENS", "STOP"));
    assertIncomplete(Bodies.finished("STOP").replace("Light", " \\n "));
  }

  @Test
  void read_isIncomplete_whenTooLarge() {
    String fits = "x".repeat(GeminiAnswers.MAX_TEXT);

    assertThat(explained(Bodies.finished("STOP").replace("Light", fits)).text()).isEqualTo(fits);
    assertIncomplete(Bodies.finished("STOP").replace("Light", fits + "x"));
  }
}
