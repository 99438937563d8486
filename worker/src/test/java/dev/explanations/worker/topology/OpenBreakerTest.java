package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The gate is shut: every circuit breaker is open. */
class OpenBreakerTest {

  private static final Instant PROBE = Engine.START.plusSeconds(60);
  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  @AutoClose private Engine engine = Engine.ready();

  private void shut() {
    engine.lane().shut = true;
    engine.lane().shutUntil = PROBE;
  }

  private void open() {
    engine.lane().shut = false;
    engine.report("", new OutcomeRecord.Wake());
  }

  private List<String> subtopicsOffered() {
    return engine.lane().offered.stream()
        .map(offered -> offered.prompt().userText())
        .map(text -> text.replaceAll("(?s).*Subtopic: (.*?)\n.*", "$1"))
        .toList();
  }

  @Test
  void request_goesRoundTheRetryTopicOnce_andWaitsWithoutAnAttempt() {
    shut();
    engine.ask("r-1", "Cells");

    TestRecord<byte[], byte[]> retry = engine.retries.readRecord();
    assertThat(Engine.header(retry, HeaderNames.ERROR)).isEqualTo("circuit_breaker_open");
    assertThat(Engine.header(retry, HeaderNames.ATTEMPT)).isEqualTo("0");
    long notBefore = Long.parseLong(Engine.header(retry, HeaderNames.NOT_BEFORE));
    assertThat(notBefore).isBetween(PROBE.toEpochMilli(), PROBE.plusSeconds(5).toEpochMilli());
    assertThat(engine.pending()).isEqualTo(1);

    engine.advance(Duration.ofMinutes(10));
    assertThat(engine.retries.isEmpty()).as("it goes round once").isTrue();
    assertThat(engine.lane().offered).isEmpty();
    assertThat(engine.results()).isEmpty();
  }

  @Test
  void whenTheGateOpens_whatWaitedIsDueAtOnce_inDueOrder() {
    shut();
    for (String subtopic : List.of("A", "B", "C", "D")) {
      engine.ask("r-" + subtopic, subtopic);
      engine.advance(Duration.ofMillis(10));
    }
    engine.lane().room = 2;

    open();

    assertThat(subtopicsOffered()).as("long before the probe time").containsExactly("A", "B");
    engine.explain(0);
    engine.explain(1);
    assertThat(subtopicsOffered()).containsExactly("A", "B", "C", "D");
    engine.explain(2);
    engine.explain(3);
    assertThat(engine.results())
        .hasSize(4)
        .allSatisfy(
            result -> {
              assertThat(result.status()).isEqualTo(Status.EXPLAINED);
              assertThat(result.attempts()).isEqualTo(1);
            });
    assertThat(engine.pending()).isZero();
  }

  @Test
  void heldAndFreshRequests_areTakenInDueOrder() {
    shut();
    engine.ask("held", "Held");
    engine.advance(Duration.ofSeconds(1));
    engine.lane().room = 0;
    open();
    engine.ask("fresh", "Fresh");
    engine.lane().room = 2;

    open();

    assertThat(subtopicsOffered()).containsExactly("Held", "Fresh");
  }

  @Test
  void afterARestartWithAClosedBreaker_heldRequestsAreDueAtOnce() {
    shut();
    engine.ask("r-1", "Cells");
    assertThat(engine.lane().offered).isEmpty();

    engine.revive();
    engine.passBarrier();

    assertThat(engine.lane().offered).hasSize(1);
    engine.explain(0);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
  }

  @Test
  void onUnavailableFail_isAnsweredAtOnce_withAFallbackAndADeadLetter() {
    shut();
    engine.ask("r-1", "Cells", ",\"onUnavailable\":\"fail\"");

    ExplanationResult result = engine.result();
    assertThat(result.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(result.error()).isEqualTo(ErrorCode.CIRCUIT_BREAKER_OPEN);
    assertThat(result.text())
        .isEqualTo("Service temporarily unavailable. Please try again in a few moments.");
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("circuit_breaker_open");
    assertThat(engine.pending()).isZero();
    open();
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void onUnavailableFail_doesNotWaitForACallThatRunsSinceBefore() {
    engine.ask("r-1", "Cells");
    shut();
    engine.ask("r-2", "Cells", ",\"onUnavailable\":\"fail\"");

    assertThat(engine.result().requestId()).isEqualTo("r-2");
    engine.explain(0);
    assertThat(engine.result().requestId()).isEqualTo("r-1");
  }

  @Test
  void onUnavailableFail_concernsTheOpenBreakerOnly() {
    engine.ask("r-1", "Cells", ",\"onUnavailable\":\"fail\"");
    engine.end(0, UNAVAILABLE);
    assertThat(engine.results()).as("with a closed one it is retried").isEmpty();

    shut();
    engine.advance(Duration.ofSeconds(2));

    assertThat(engine.result().error()).isEqualTo(ErrorCode.CIRCUIT_BREAKER_OPEN);
  }

  @Test
  void hit_isServedThoughTheGateIsShut() {
    engine.ask("warm", "Cells");
    engine.explain(0);
    engine.results();
    shut();
    engine.ask("r-1", "Cells");
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
  }

  @Test
  void requestForACallThatRuns_joinsIt_andIsAnsweredWithIt() {
    engine.ask("r-1", "Cells");
    shut();
    engine.ask("r-2", "Cells");
    assertThat(engine.retries.isEmpty()).isTrue();

    engine.explain(0);

    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void lateFailure_countsAsAnAttempt_andItsRequestThenMeetsTheBreaker() {
    engine.ask("r-1", "Cells");
    shut();
    engine.end(0, UNAVAILABLE);
    assertThat(engine.retries.isEmpty()).isTrue();

    engine.advance(Duration.ofSeconds(2));

    assertThat(engine.retries.isEmpty()).as("it waits in place").isTrue();
    assertThat(engine.listener.heard).containsOnlyOnce("retried CIRCUIT_BREAKER_OPEN");
    assertThat(engine.lane().offered).hasSize(1);
    open();
    engine.explain(1);
    assertThat(engine.result().attempts()).isEqualTo(2);
  }

  @Test
  void callThatWasAcceptedAndNotBegun_isGivenBack() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    FakeLane.Offered call = engine.lane().offered.getFirst();
    engine.advance(Duration.ofMillis(1));
    shut();
    engine.report(call.cacheKey(), new OutcomeRecord.Postponed(call.callId()));

    assertThat(engine.retries.isEmpty()).as("they wait in place").isTrue();
    assertThat(engine.pending()).isEqualTo(2);
    open();
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);
    assertThat(engine.results())
        .hasSize(2)
        .allSatisfy(result -> assertThat(result.attempts()).isEqualTo(1));
  }

  @Test
  void whatWaitsWhenTheBreakerOpens_staysWhereItIs_overARestartToo() {
    engine.lane().room = 0;
    for (int i = 0; i < 10; i++) {
      engine.ask("r-" + i, "Subject " + i);
    }
    shut();
    engine.settle();
    assertThat(engine.retries.isEmpty()).isTrue();

    engine.revive();
    engine.lane().room = 100;
    engine.passBarrier();

    assertThat(engine.lane().offered).hasSize(10);
  }

  @Test
  void heldRequestWhoseProbeWasGivenBack_waitsOn_withoutGoingRoundAgain() {
    shut();
    engine.ask("r-1", "Cells");
    assertThat(engine.retries.readRecordsToList()).hasSize(1);
    open();
    FakeLane.Offered call = engine.lane().offered.getFirst();
    shut();
    engine.report(call.cacheKey(), new OutcomeRecord.Postponed(call.callId()));
    assertThat(engine.retries.isEmpty()).isTrue();
    assertThat(engine.pending()).isEqualTo(1);

    open();

    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);
    assertThat(engine.result().attempts()).isEqualTo(1);
  }

  @Test
  void givenBackCallOfAnotherOwner_concernsNobody() {
    engine.ask("r-1", "Cells");
    shut();
    engine.report(
        engine.lane().offered.getFirst().cacheKey(), new OutcomeRecord.Postponed("another"));

    assertThat(engine.retries.isEmpty()).isTrue();
    engine.explain(0);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
  }

  @Test
  void deadline_endsAHeldRequest_withTheBreakerAsItsLastCause() {
    shut();
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    TestRecord<byte[], byte[]> retry = engine.retries.readRecord();
    assertThat(Engine.header(retry, HeaderNames.NOT_BEFORE))
        .as("not beyond the deadline")
        .isEqualTo("" + Engine.START.plusSeconds(10).toEpochMilli());

    engine.advance(Duration.ofSeconds(10));

    assertThat(engine.result().error()).isEqualTo(ErrorCode.CIRCUIT_BREAKER_OPEN);
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("circuit_breaker_open");
    open();
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void deadlineOfTheLastThatWaits_withdrawsACallThatHasNotBegun() {
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    engine.ask("r-2", "Cells", ",\"deadline\":\"2026-11-23T12:00:20Z\"");
    String callId = engine.lane().offered.getFirst().callId();
    engine.lane().ready.add(callId);

    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.lane().ready).as("somebody waits still").contains(callId);
    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.lane().ready).isEmpty();

    engine.ask("r-3", "Cells");
    assertThat(engine.lane().offered).as("a call of its own").hasSize(2);
  }

  @Test
  void whileGeminiWantsAPause_nothingIsOfferedNorSentRound() {
    engine.lane().paused = true;
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells", ",\"onUnavailable\":\"fail\"");
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.lane().offered).isEmpty();
    assertThat(engine.retries.isEmpty()).isTrue();
    assertThat(engine.results()).isEmpty();

    engine.lane().paused = false;
    engine.report("", new OutcomeRecord.Wake());

    assertThat(engine.lane().offered).hasSize(1);
    engine.explain(0);
    assertThat(engine.results()).hasSize(2);
  }
}
