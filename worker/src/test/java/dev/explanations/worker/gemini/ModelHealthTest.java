package dev.explanations.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.ModelHealth.Trouble;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.gemini.answer.GeminiErrors;
import dev.explanations.worker.gemini.answer.GeminiErrors.HttpFailure;
import dev.explanations.worker.gemini.answer.Redaction;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelHealthTest {
  private static final Outcome EXPLAINED =
      new Outcome.Explained(new Explanation("Light bends.", "m", "1", new Usage(1, 2, 3)));

  private final GeminiErrors errors =
      new GeminiErrors(new Redaction(List.of()), InstantSource.fixed(Instant.EPOCH));
  private Outcome next = EXPLAINED;
  private final ModelHealth health = new ModelHealth((prompt, watcher) -> next);

  private void call(Outcome outcome) {
    next = outcome;
    assertThat(health.explain(TestPrompt.of("system", "user", 300))).isEqualTo(outcome);
  }

  private Outcome refused(int status, @Nullable String retryAfter, String body) {
    return errors.of(new UncheckedIOException(new HttpFailure(status, retryAfter, body)));
  }

  @Test
  void trouble_namesTheQuotaThatIsUsedUp_untilASuccess() {
    call(refused(429, null, Bodies.DAY_USED_UP));

    assertThat(health.trouble())
        .contains(
            new Trouble(
                ErrorCode.QUOTA_EXHAUSTED,
                "429 RESOURCE_EXHAUSTED (quota GenerateRequestsPerDayPerProjectPerModel-FreeTier):"
                    + " You exceeded your current quota."));

    call(refused(503, null, ""));
    assertThat(health.trouble()).isPresent();
    call(EXPLAINED);
    assertThat(health.trouble()).isEmpty();
  }

  @Test
  void trouble_isNotMadeOfWhatPassesByItself() {
    call(refused(429, null, Bodies.RATE_LIMITED));
    call(refused(500, null, ""));

    assertThat(health.trouble()).isEmpty();
  }

  @Test
  void trouble_isSilence_afterThreeFailuresInARow() {
    call(refused(503, null, ""));
    call(EXPLAINED);
    call(refused(503, null, ""));
    call(refused(503, null, ""));
    assertThat(health.trouble()).isEmpty();
    call(refused(503, null, ""));
    assertThat(health.trouble()).map(Trouble::code).contains(ErrorCode.MODEL_UNAVAILABLE);
    call(EXPLAINED);
    assertThat(health.trouble()).isEmpty();
  }

  @Test
  void trouble_isARefusedKey() {
    call(refused(400, null, Bodies.INVALID_KEY));

    assertThat(health.trouble()).map(Trouble::code).contains(ErrorCode.MISCONFIGURED);
    assertThat(health.trouble())
        .map(Trouble::detail)
        .get()
        .asString()
        .contains("API key not valid");
  }
}
