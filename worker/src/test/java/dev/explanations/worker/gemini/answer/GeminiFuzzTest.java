package dev.explanations.worker.gemini.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.fuzz.Allocation;
import dev.explanations.worker.fuzz.Choice;
import dev.explanations.worker.fuzz.Corpus;
import dev.explanations.worker.fuzz.Fuzz;
import dev.explanations.worker.fuzz.JsonFuzz;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.records.TopicLimits;
import java.io.CharArrayReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any answer of Gemini or a relay becomes an outcome that fits its topic. */
class GeminiFuzzTest {

  private static final String SECRET = "a-very-secret-key";
  private static final int FACTOR = 150;

  private static final Validity VALIDITY =
      new Validity(
          new FoldedHashes("0a".repeat(32), "0b".repeat(32)),
          new Generation("q3VxUu2qT8S5kBvQd1YzXw", Long.MAX_VALUE),
          Instant.parse("9999-12-31T23:59:59.999999999Z"));

  private static final int[] STATUSES = {
    300, 301, 304, 400, 401, 402, 403, 404, 405, 407, 408, 409, 413, 414, 418, 422, 429, 431, 499,
    500, 502, 503, 504, 529, 599, 999
  };

  private static final String[] RETRY_AFTER = {
    "0",
    "22",
    "-1",
    "999999999",
    "9999999999",
    "1.5",
    "",
    " 7 ",
    "soon",
    "NaN",
    "Mon, 23 Nov 2026 12:00:07 GMT",
    "Mon, 23 Nov 9999 12:00:07 GMT",
    "Fri, 31 Dec 1999 23:59:59 GMT"
  };

  private final GeminiErrors errors =
      new GeminiErrors(new Redaction(List.of(SECRET)), InstantSource.system());
  private final GeminiAnswers answers = new GeminiAnswers(errors, "the-model-asked");
  private final OutcomeJson json = new OutcomeJson();

  @Test
  void answers_becomeOutcomesThatFitTheirTopic() {
    JsonFuzz bodies = new JsonFuzz(Corpus.of("gemini-answer", "gemini-error"));
    Fuzz.run(
        "answers of Gemini",
        10_000,
        random -> {
          String body = new String(bodies.next(random), StandardCharsets.UTF_8);
          AnswerBody answer = Allocation.within(body.length(), FACTOR, () -> answer(body));
          Outcome outcome = answers.read(answer, "1");
          CallDetails.Response details = GeminiAnswers.details(answer);
          if (details != null) {
            assertThat(details.toString().length()).isLessThan(2_000);
          }
          if (outcome instanceof Outcome.Explained(var explanation)) {
            assertThat(explanation.text()).isNotBlank();
            assertThat(explanation.text().length()).isLessThanOrEqualTo(GeminiAnswers.MAX_TEXT);
          }
          fits(outcome);
        });
  }

  private static AnswerBody answer(String body) {
    try {
      return AnswerReader.read(new CharArrayReader(body.toCharArray()));
    } catch (IOException e) {
      throw new UncheckedIOException("from memory", e);
    }
  }

  @Test
  void errors_becomeOutcomes_withBoundedDelays_andWithoutSecrets() {
    JsonFuzz bodies = new JsonFuzz(Corpus.of("gemini-error", "gemini-answer"));
    Fuzz.run(
        "errors of Gemini",
        10_000,
        random -> {
          int status = STATUSES[random.nextInt(STATUSES.length)];
          String body = new String(bodies.next(random), StandardCharsets.UTF_8);
          String after = Choice.oneIn(random, 2) ? null : retryAfter(random);
          Outcome.Failed failed =
              Allocation.within(body.length(), FACTOR, () -> errors.of(status, after, body));
          if (failed instanceof Outcome.Throttled(var _, var _, Duration delay) && delay != null) {
            assertThat(delay).isBetween(Duration.ZERO, GeminiErrors.MAX_DELAY);
          }
          fits(failed);
        });
  }

  private static @Nullable String retryAfter(RandomGenerator random) {
    return Choice.oneIn(random, 4) ? JsonFuzz.odd(random) : Choice.of(random, RETRY_AFTER);
  }

  private void fits(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      assertThat(failed.message().length()).isLessThanOrEqualTo(2 * Redaction.MAX_MESSAGE);
      assertThat(failed.message()).doesNotContain(SECRET).doesNotContainPattern("[\\p{Cc}\\p{Cs}]");
    }
    assertThat(outcome.usage().promptTokens()).isNotNegative();
    assertThat(outcome.usage().outputTokens()).isNotNegative();
    assertThat(outcome.usage().totalTokens()).isNotNegative();
    byte[] record = json.write(new OutcomeRecord.CallEnded("c", outcome, VALIDITY));
    assertThat(record.length).isLessThan(TopicLimits.leastForOutcomes() - 2_000);
    assertThat(json.read(record).map(json::write)).contains(record);
  }
}
