package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** One attempt per explanation and round, for all that wait for it. */
class RoundTest {

  private static final Outcome.Failed UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  private static final String HEARD_RETRY = "retried MODEL_UNAVAILABLE";

  @AutoClose private Engine engine = engine(Duration.ofSeconds(2), Duration.ofSeconds(60));

  @Test
  void failureOfAHotKey_isOneMoreCall_howeverManyWait() {
    ask(0, 300);

    assertThat(callsUntilAllAreAnswered(UNAVAILABLE)).isEqualTo(6);

    assertThat(engine.results())
        .hasSize(300)
        .allSatisfy(result -> assertThat(result.attempts()).isEqualTo(6))
        .extracting(ExplanationResult::error)
        .containsOnly(ErrorCode.MODEL_UNAVAILABLE);
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(300);
  }

  @Test
  void cutOffAnswer_isPaidForTwice_howeverManyWait() {
    ask(0, 300);

    Outcome cutOff = new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "finish reason MAX_TOKENS");
    assertThat(callsUntilAllAreAnswered(cutOff)).isEqualTo(2);

    assertThat(engine.results())
        .hasSize(300)
        .allMatch(result -> result.status() == Status.UNAVAILABLE)
        .allMatch(result -> result.error() == ErrorCode.INCOMPLETE_ANSWER);
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(300);
  }

  @Test
  void recitation_isRejected_whenOneMoreAttemptRecitesToo() {
    ask(0, 1);

    Outcome recited = new Outcome.Unusable(ErrorCode.CONTENT_BLOCKED, "finish reason RECITATION");
    assertThat(callsUntilAllAreAnswered(recited)).isEqualTo(2);

    assertThat(engine.result().status()).isEqualTo(Status.REJECTED);
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("content_blocked");
  }

  @Test
  void failureInBetween_givesACutOffAnswerNoFurtherAttempt() {
    ask(0, 1);
    Outcome cutOff = new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "finish reason MAX_TOKENS");
    engine.end(0, cutOff);
    engine.advance(Duration.ofMinutes(1));
    engine.end(1, UNAVAILABLE);
    engine.advance(Duration.ofMinutes(1));
    ask(1, 2);
    engine.end(2, cutOff);

    assertThat(engine.results()).hasSize(2);
    assertThat(engine.lane().offered).hasSize(3);
  }

  @Test
  void backoffThatIsOverBeforeAllKnowOfTheFailure_isStillOneCall() {
    restart(Duration.ofMillis(1), Duration.ofMillis(1));
    ask(0, 2_000);

    assertThat(callsUntilAllAreAnswered(UNAVAILABLE)).isEqualTo(6);

    assertThat(engine.results()).hasSize(2_000);
  }

  @Test
  void requestThatComesWhileTheOthersAreToldOfTheFailure_waitsForTheNextAttempt() {
    ask(0, 600);
    engine.end(0, UNAVAILABLE);
    ask(600, 601);
    assertThat(engine.lane().offered).hasSize(1);

    engine.advance(Duration.ofSeconds(2));
    engine.settle();
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);
    engine.settle();

    assertThat(engine.results()).hasSize(601);
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void requestsOfLaterRounds_haveAsManyAttempts_andNoneOfTheirOwn() {
    ask(0, 300);
    for (int round = 0; round < 3; round++) {
      engine.end(round, UNAVAILABLE);
      ask(1_000 + 300 * round, 1_300 + 300 * round);
      assertThat(engine.lane().offered).hasSize(round + 1);
      engine.advance(Duration.ofMinutes(1));
      engine.settle();
    }

    assertThat(callsUntilAllAreAnswered(UNAVAILABLE))
        .as("the last came for the fourth")
        .isEqualTo(9);
    assertThat(engine.results()).hasSize(1_200).allMatch(result -> result.attempts() == 6);
  }

  @Test
  void crashWhileTheOthersAreToldOfTheFailure_isNoCallBeforeTheNextAttempt() {
    ask(0, 600);
    engine.end(0, UNAVAILABLE);
    assertThat(engine.listener.heard).filteredOn(HEARD_RETRY::equals).hasSize(256);

    engine.revive();
    engine.passBarrier();
    assertThat(engine.lane().offered).isEmpty();
    engine.advance(Duration.ofSeconds(2));
    engine.settle();
    assertThat(engine.lane().offered).hasSize(1);

    assertThat(callsUntilAllAreAnswered(UNAVAILABLE))
        .as("those who had not been told have one more")
        .isEqualTo(6);
    assertThat(engine.results()).hasSize(600);
  }

  @Test
  void requestThatWaitedForTheBreaker_joinsThoseThatBackOff() {
    ask(0, 1);
    engine.end(0, UNAVAILABLE);
    engine.lane().shut = true;
    ask(1, 2);
    assertThat(engine.retries.readRecordsToList()).hasSize(1);

    engine.lane().shut = false;
    engine.report("", new OutcomeRecord.Wake());
    assertThat(engine.lane().offered).hasSize(1);
    engine.advance(Duration.ofSeconds(2));
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);

    assertThat(engine.results()).hasSize(2);
  }

  private void restart(Duration backoff, Duration backoffMax) {
    engine.close();
    engine = engine(backoff, backoffMax);
  }

  private static Engine engine(Duration backoff, Duration backoffMax) {
    Settings.Requests requests =
        new Settings.Requests(6, backoff, backoffMax, Duration.ofMinutes(15), 1_000_000, 64 * 1024);
    return Engine.ready(Engine.with(requests));
  }

  /**
   * The last call that was offered, and each after it, ends in this way, until nobody waits.
   *
   * @return the calls of all
   */
  private int callsUntilAllAreAnswered(Outcome outcome) {
    int ended = engine.lane().offered.size() - 1;
    for (int i = 0; i < 200_000 && engine.pending() > 0; i++) {
      while (ended < engine.lane().offered.size()) {
        engine.end(ended++, outcome);
      }
      engine.advance(Duration.ofMillis(5));
    }
    return ended;
  }

  private void ask(int from, int to) {
    for (int i = from; i < to; i++) {
      engine.ask("r-" + i, "Cells");
    }
  }
}
