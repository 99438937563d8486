package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The budget is spent: no call may begin. */
class SpentBudgetTest {

  private static final String FAIL = ",\"onUnavailable\":\"fail\"";
  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  @AutoClose private Engine engine = Engine.ready();

  private void spent() {
    engine.lane().exhausted = true;
    engine.report("", new OutcomeRecord.Wake());
  }

  private void raised() {
    engine.lane().exhausted = false;
    engine.report("", new OutcomeRecord.Wake());
  }

  private void fellBack(ExplanationResult result) {
    assertThat(result.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(result.error()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
    assertThat(result.text())
        .isEqualTo("Service temporarily unavailable. Please try again in a few moments.");
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("budget_exhausted");
  }

  @Test
  void request_waitsInPlace_withoutAnAttempt_andGoesOnWhenTheBudgetIsRaised() {
    spent();
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    engine.ask("r-3", "Atoms");
    engine.advance(Duration.ofMinutes(10));
    assertThat(engine.lane().offered).isEmpty();
    assertThat(engine.retries.isEmpty()).isTrue();
    assertThat(engine.results()).isEmpty();
    assertThat(engine.pending()).isEqualTo(3);

    raised();

    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(0);
    engine.explain(1);
    assertThat(engine.results())
        .hasSize(3)
        .allSatisfy(result -> assertThat(result.attempts()).isEqualTo(1));
  }

  @Test
  void deadline_endsAWaitingRequest_withTheBudgetAsItsCause() {
    spent();
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");

    engine.advance(Duration.ofSeconds(10));

    ExplanationResult result = engine.result();
    fellBack(result);
    assertThat(result.attempts()).isZero();
    raised();
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void onUnavailableFail_isAnsweredAtOnce_withAFallbackAndADeadLetter() {
    spent();
    engine.ask("r-1", "Cells", FAIL);

    fellBack(engine.result());
    assertThat(engine.pending()).isZero();
  }

  @Test
  void onUnavailableFail_thatWaitsAlready_isAnsweredToo_theOthersWaitOn() {
    engine.lane().paused = true;
    engine.ask("r-1", "Cells", FAIL);
    engine.ask("r-2", "Cells");
    engine.ask("r-3", "Atoms", FAIL);
    assertThat(engine.results()).isEmpty();

    spent();

    List<ExplanationResult> results = engine.results();
    assertThat(results)
        .extracting(ExplanationResult::requestId)
        .containsExactlyInAnyOrder("r-1", "r-3");
    results.forEach(this::fellBack);
    assertThat(engine.pending()).isEqualTo(1);
  }

  @Test
  void hit_isServed() {
    engine.ask("warm", "Cells");
    engine.explain(0);
    engine.results();
    spent();
    engine.ask("r-1", "Cells", FAIL);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
  }

  @Test
  void requestsForACallThatRuns_areServedByIt() {
    engine.ask("r-1", "Cells");
    spent();
    engine.ask("r-2", "Cells");
    engine.ask("r-3", "Cells", FAIL);
    assertThat(engine.results()).isEmpty();

    engine.explain(0);

    assertThat(engine.results())
        .hasSize(3)
        .allSatisfy(result -> assertThat(result.status()).isEqualTo(Status.EXPLAINED));
  }

  @Test
  void failedCall_countsAsAnAttempt_andItsRequestsThenMeetTheBudget() {
    engine.ask("r-1", "Cells");
    spent();
    engine.ask("r-2", "Cells", FAIL);
    engine.end(0, UNAVAILABLE);

    engine.advance(Duration.ofSeconds(2));

    fellBack(engine.result());
    assertThat(engine.listener.heard).containsOnlyOnce("retried BUDGET_EXHAUSTED");
    raised();
    engine.explain(1);
    assertThat(engine.result().attempts()).isEqualTo(2);
  }

  @Test
  void callThatWasAcceptedAndNotBegun_isGivenBack() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells", FAIL);
    FakeLane.Offered call = engine.lane().offered.getFirst();
    spent();
    engine.report(call.cacheKey(), new OutcomeRecord.Postponed(call.callId()));

    fellBack(engine.result());
    assertThat(engine.retries.isEmpty()).isTrue();
    raised();
    engine.explain(1);
    assertThat(engine.result().requestId()).isEqualTo("r-1");
  }

  @Test
  void withASharedCache_itIsAskedFirst() {
    engine.lane().looksUp = true;
    spent();
    engine.ask("r-1", "Cells", FAIL);
    engine.ask("r-2", "Atoms", FAIL);
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(0);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);

    FakeLane.Offered missed = engine.lane().offered.get(1);
    engine.report(missed.cacheKey(), new OutcomeRecord.Postponed(missed.callId()));

    fellBack(engine.result());
  }

  @Test
  void whatWaitedForTheBreaker_waitsForTheBudget_andTheOtherWayRound() {
    engine.lane().shut = true;
    engine.ask("r-1", "Cells");
    assertThat(engine.retries.readRecordsToList()).hasSize(1);
    engine.lane().shut = false;
    spent();
    engine.ask("r-2", "Atoms");
    engine.lane().exhausted = false;
    engine.lane().shut = true;
    engine.report("", new OutcomeRecord.Wake());
    assertThat(engine.retries.isEmpty()).as("it waits in place").isTrue();
    assertThat(engine.pending()).isEqualTo(2);

    engine.lane().shut = false;
    raised();

    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void heldRequestWhoseCallIsGivenBack_isToldTheNewReason() {
    engine.lane().shut = true;
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    engine.lane().shut = false;
    engine.report("", new OutcomeRecord.Wake());
    FakeLane.Offered call = engine.lane().offered.getFirst();
    spent();
    engine.report(call.cacheKey(), new OutcomeRecord.Postponed(call.callId()));

    engine.advance(Duration.ofSeconds(10));

    fellBack(engine.result());
  }

  @Test
  void waitingRequests_areFoundAgain_byTheNextOwner() {
    spent();
    for (int i = 0; i < 10; i++) {
      engine.ask("r-" + i, "Subject " + i);
    }
    engine.revive();
    engine.passBarrier();
    assertThat(engine.lane().offered).hasSize(10);
  }
}
