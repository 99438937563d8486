package dev.explanations.worker.gemini.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiAnswersTest {

  private final GeminiAnswers answers =
      new GeminiAnswers(
          new GeminiErrors(new Redaction(List.of()), InstantSource.system()), "the-model-asked");

  private Outcome read(String body) {
    try {
      return answers.read(AnswerReader.read(new StringReader(body)), "1");
    } catch (IOException e) {
      throw new AssertionError("from a string", e);
    }
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
  @ValueSource(strings = {"SAFETY", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"})
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
      strings = {"OTHER", "FINISH_REASON_UNSPECIFIED", "MALFORMED_FUNCTION_CALL", "BRAND_NEW", ""})
  void read_isIncomplete_unlessItStopped(String reason) {
    assertIncomplete(Bodies.finished(reason));
  }

  @Test
  void read_isUnusable_whenCutOffOrRecited() {
    assertThat(read(Bodies.finished("MAX_TOKENS")))
        .isEqualTo(new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "finish reason MAX_TOKENS"));
    assertThat(read(Bodies.ALL_THOUGHTS)).isInstanceOf(Outcome.Unusable.class);
    assertThat(read(Bodies.finished("RECITATION")))
        .isEqualTo(new Outcome.Unusable(ErrorCode.CONTENT_BLOCKED, "finish reason RECITATION"));
    String tooLong = "x".repeat(GeminiAnswers.MAX_TEXT + 1);
    assertThat(read(Bodies.finished("STOP").replace("Light", tooLong)))
        .isInstanceOf(Outcome.Unusable.class);
  }

  @Test
  void read_isIncomplete_withoutText() {
    assertIncomplete(Bodies.ALL_THOUGHTS.replace("MAX_TOKENS", "STOP"));
    assertIncomplete(Bodies.finished("STOP").replace("Light", " \\n "));
  }

  /** Those that the Gemini API and Vertex AI number alike, and those that are refusals in both. */
  @ParameterizedTest
  @CsvSource({"3, SAFETY", "6, BLOCKLIST", "8, SPII"})
  void read_isBlocked_byNumber(int number, String reason) {
    assertThat(read(Bodies.finished("R").replace("\"R\"", "" + number)))
        .isEqualTo(new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "finish reason " + reason));
    assertThat(read("{\"promptFeedback\":{\"blockReason\":" + number + "}}"))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void read_isUnusable_byNumber() {
    assertThat(read(Bodies.finished("R").replace("\"R\"", "2")))
        .isInstanceOf(Outcome.Unusable.class);
    assertThat(read(Bodies.finished("R").replace("\"R\"", "4")))
        .isInstanceOf(Outcome.Unusable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "5", "77", "-1", "1.0", "true", "[1]", "{}", "null"})
  void read_isIncomplete_forAnotherNumberOrType(String reason) {
    assertIncomplete(Bodies.finished("R").replace("\"R\"", reason));
  }

  /** Fields that are not needed may be of any size; skipping them costs no memory. */
  @Test
  void read_skipsWhatItDoesNotNeed() {
    String large = "x".repeat(4_000_000);
    for (String field :
        List.of(
            "\"thoughtSignature\":\"%s\"".formatted(large),
            "\"%s\":1".formatted("n".repeat(40_000)),
            "\"big\":%s".formatted("9".repeat(50_000)),
            "\"list\":[%s{}]".formatted("{},".repeat(500_000)),
            "\"deep\":%s%s".formatted("[".repeat(900), "]".repeat(900)))) {
      String body = Bodies.EXPLAINED.replace("{\"text\"", "{" + field + ",\"text\"");
      assertThat(explained(body).text()).isEqualTo("Light bends.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "\"long", "   ", "9"})
  void read_ends_whateverNeverEnds(String repeated) {
    String endless = repeated.repeat(AnswerReader.MAX_BODY / repeated.length() + 1);

    assertThat(code("{\"a\":" + endless)).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    assertThat(code("{\"modelVersion\":\"m\",\"a\":" + endless))
        .isEqualTo(ErrorCode.INCOMPLETE_ANSWER);
    assertThat(code(Bodies.finished("STOP").replace("Light", endless)))
        .isEqualTo(ErrorCode.INCOMPLETE_ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{},", "   ", "\"long\","})
  void read_readsNoFurtherThanItsLimit(String repeated) throws IOException {
    String body = "{\"a\":[" + repeated.repeat(2 * AnswerReader.MAX_BODY / repeated.length());
    AtomicInteger taken = new AtomicInteger();
    Reader counted =
        new FilterReader(new StringReader(body)) {
          @Override
          public int read(char[] into, int from, int length) throws IOException {
            int count = super.read(into, from, length);
            taken.addAndGet(count);
            return count;
          }
        };

    AnswerReader.read(counted);

    assertThat(taken).hasValueLessThan(AnswerReader.MAX_BODY + 64 * 1024);
  }

  private ErrorCode code(String body) {
    return ((Outcome.Failed) read(body)).code();
  }

  @Test
  void read_takesTextUpToItsLimit() {
    String fits = "x".repeat(GeminiAnswers.MAX_TEXT);

    assertThat(explained(Bodies.finished("STOP").replace("Light", fits)).text()).isEqualTo(fits);
  }
}
