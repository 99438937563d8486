package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.store.StateFormatException;
import dev.explanations.worker.task.ExplainTask;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  @AutoClose private Engine engine = new Engine();

  @Test
  void nothingIsCalledFor_untilTheMarkerIsBack() {
    engine.ask("r-1", "Cells");
    assertThat(engine.lane().offered).isEmpty();
    engine.report("", new OutcomeRecord.Marker("somebody else's"));
    assertThat(engine.lane().offered).isEmpty();

    engine.passBarrier();

    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void lostMarker_isSentAgainUntilSeen() {
    assertThat(engine.lane().marks).hasSize(1);
    engine.advance(Duration.ofSeconds(3));
    engine.advance(Duration.ofSeconds(3));
    assertThat(engine.lane().marks).hasSize(3).containsOnly(engine.lane().marks.getFirst());
    engine.passBarrier();
    engine.advance(Duration.ofSeconds(60));
    assertThat(engine.lane().marks).hasSize(3);
  }

  @Test
  void paidAnswerOfAnEarlierOwner_isNotPaidAgain() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane.Offered lost = engine.lane().offered.getFirst();

    engine.revive();
    engine.report(lost.cacheKey(), engine.ended(lost.callId(), Engine.explained("paid")));
    engine.passBarrier();

    assertThat(engine.result().text()).isEqualTo("paid");
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void callThatACrashLost_isMadeAgain() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    engine.revive();
    assertThat(engine.pending()).isEqualTo(2);
    engine.passBarrier();
    assertThat(engine.lane().offered).hasSize(1);
    engine.explain(0);

    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void whatWasInMemoryAlone_isFoundAgain_inSteps() {
    engine.close();
    engine = Engine.ready(Engine.withRoomInMemory());
    engine.lane().room = 0;
    int questions = 2 * ExplainTask.STEP;
    for (int i = 0; i < questions; i++) {
      engine.ask("r-" + i, "Subject " + i);
    }
    engine.ask("follower", "Subject 0");

    engine.revive();
    engine.passBarrier();
    engine.settle();

    assertThat(engine.lane().offered).hasSize(questions);
    engine.explain(0);
    engine.advance(Engine.REQUESTS.timeout());
    engine.settle();
    assertThat(engine.results()).hasSize(questions + 1);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void followerThatBecomesTheHeadBeforeItWasLookedAt_isFoundToo() {
    engine.close();
    engine = Engine.ready(Engine.withRoomInMemory());
    engine.lane().room = 0;
    // so large that a page has fewer than are turned away in one step
    String more = ",\"onUnavailable\":\"fail\",\"unknown\":\"%s\"".formatted("x".repeat(50_000));
    int waiters = 100;
    for (int i = 0; i < waiters; i++) {
      engine.ask("r-" + i, "Cells", more);
    }

    engine.revive();
    engine.lane().shut = true;
    engine.passBarrier();
    engine.settle();

    assertThat(engine.results()).hasSize(waiters);
    assertThat(engine.pending()).isZero();
  }

  /** The first one was in memory alone, so the call is made for the other, which is found first. */
  @Test
  void waiterThatJoinsACallLate_isOfferedAgain_ifThatIsNotMadeAndTheOtherHasLeft() {
    engine.close();
    engine = Engine.ready();
    engine.lane().room = 0;
    String large = ",\"unknown\":\"%s\"".formatted("x".repeat(50_000));
    List<String> subjects =
        IntStream.range(0, 60)
            .mapToObj(i -> "Subject " + i)
            .sorted(Comparator.comparing(Engine::cacheKey).reversed())
            .toList();
    engine.ask("first", subjects.getFirst());
    for (String other : subjects.subList(1, subjects.size())) {
      engine.ask(other, other, large);
    }
    engine.advance(Duration.ofMillis(10));
    Instant deadline = engine.now().plusSeconds(30);
    engine.ask("other", subjects.getFirst(), ",\"deadline\":\"%s\"".formatted(deadline));
    engine.revive();
    engine.passBarrier();
    engine.settle();
    FakeLane.Offered call =
        engine.lane().offered.stream()
            .filter(it -> it.cacheKey().equals(Engine.cacheKey(subjects.getFirst())))
            .findFirst()
            .orElseThrow();

    engine.lane().room = 0;
    engine.report(call.cacheKey(), new OutcomeRecord.Postponed(call.callId()));
    engine.advance(Duration.ofSeconds(31));
    assertThat(engine.result().requestId()).isEqualTo("other");
    engine.lane().room = Integer.MAX_VALUE;
    engine.report("", new OutcomeRecord.Wake());

    assertThat(engine.lane().offered.getLast().cacheKey()).isEqualTo(call.cacheKey());
    assertThat(engine.lane().offered.getLast().callId()).isNotEqualTo(call.callId());
  }

  @Test
  void deadlineOfWhatWasInMemoryAlone_isKept() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.revive();
    engine.passBarrier();

    engine.advance(Engine.REQUESTS.timeout());

    assertThat(engine.result().error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void stateOfALaterFormat_isRefused_withWordsOnWhatToDo() {
    engine.setCounter("format", 3);

    assertThatThrownBy(() -> engine.revive())
        .rootCause()
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll("format 3", "reads 2", "another APPLICATION_ID");
  }

  @Test
  void stateOfTheFormatBefore_isRead() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.driver.getKeyValueStore("counters").delete("format");
    engine.revive();
    engine.passBarrier();

    engine.explain(0);
    assertThat(engine.results()).hasSize(1);
  }

  @Test
  void callHandedOver_isWaitedFor_notRepeated() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane.Offered call = engine.lane().offered.getFirst();
    engine.revive();
    engine.report("", handoff(call));
    engine.passBarrier();
    assertThat(engine.lane().offered).isEmpty();

    engine.report(call.cacheKey(), engine.ended(call.callId(), Engine.explained("late")));

    assertThat(engine.result().text()).isEqualTo("late");
  }

  @Test
  void callHandedOverThatNeverEnds_isRepeatedAfterItsLatestEndAndAMargin() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane.Offered call = engine.lane().offered.getFirst();
    engine.revive();
    engine.report("", handoff(call));
    engine.passBarrier();

    engine.advance(Duration.ofSeconds(60));
    assertThat(engine.lane().offered).isEmpty();
    engine.advance(Duration.ofSeconds(20));
    engine.passBarrier();
    assertThat(engine.lane().offered).hasSize(1);
  }

  private static OutcomeRecord.Handoff handoff(FakeLane.Offered call) {
    return new OutcomeRecord.Handoff(
        List.of(
            new OutcomeRecord.RunningCall(
                call.cacheKey(), call.callId(), Engine.START.plusSeconds(60))),
        null);
  }

  /** The earlier owner sends both, and does not wait for the broker in between. */
  @Test
  void handoffThatNamesACall_whoseOutcomeStandsBeforeIt_holdsNothingUp() {
    engine.ask("r-1", "Cells");
    engine.passBarrier();
    FakeLane.Offered call = engine.lane().offered.getFirst();
    engine.revive();
    engine.report(
        call.cacheKey(),
        new OutcomeRecord.CallEnded(
            call.callId(),
            new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"),
            Validity.NONE));
    engine.report("", handoff(call));
    engine.passBarrier();
    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void failureOfACallThatIsNotCurrent_countsForNothing() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane.Offered call = engine.lane().offered.getFirst();

    engine.report(
        call.cacheKey(),
        new OutcomeRecord.CallEnded(
            "another", new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late"), Validity.NONE));

    assertThat(engine.retries.isEmpty()).isTrue();
    engine.explain(0);
    assertThat(engine.result().attempts()).isEqualTo(1);
  }

  @Test
  void successOfACallThatIsNotCurrent_counts() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");

    engine.report(
        engine.lane().offered.getFirst().cacheKey(),
        engine.ended("another", Engine.explained("good all the same")));

    assertThat(engine.result().text()).isEqualTo("good all the same");
  }

  @Test
  void callOfAnEarlierTaskInThisProcess_isJoined() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane.Offered call = engine.lane().offered.getFirst();
    engine.revive();
    engine.lane().underWay.put(call.cacheKey(), call.callId());
    engine.passBarrier();
    assertThat(engine.lane().offered).isEmpty();

    engine.report(
        call.cacheKey(),
        new OutcomeRecord.CallEnded(
            call.callId(),
            new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"),
            Validity.NONE));

    assertThat(engine.listener.heard).containsOnlyOnce("retried MODEL_UNAVAILABLE");
  }

  @Test
  void outcomeThatNeverArrives_isNoticedByTheWatchdog() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.advance(Duration.ofSeconds(80));
    assertThat(engine.lane().offered).as("still held by the dispatcher").hasSize(1);

    engine.lane().held.clear();
    engine.advance(Duration.ofSeconds(20));
    // what was sent before this marker has been read
    engine.passBarrier();

    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);
    assertThat(engine.results()).hasSize(1);
  }

  @Test
  void outcomeThatATaskFarBehindHasYetToRead_isNotCalledForAgain() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.lane().held.clear();
    int marks = engine.lane().marks.size();
    engine.advance(Duration.ofMinutes(5));

    assertThat(engine.lane().offered).hasSize(1);
    assertThat(engine.lane().marks.stream().skip(marks).distinct())
        .as("the same marker, sent again")
        .hasSize(1);
    engine.report("", new OutcomeRecord.Marker("somebody else's"));
    engine.explain(0);
    engine.passBarrier();

    assertThat(engine.results()).hasSize(1);
    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void markerBehindALostOutcome_isNoWordOnLaterCalls() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    engine.lane().held.clear();
    engine.advance(Duration.ofSeconds(80));
    engine.ask("r-2", "Plants");
    engine.passBarrier();

    List<FakeLane.Offered> calls = engine.lane().offered;
    assertThat(calls).as("the lost one again, the later one once").hasSize(3);
    assertThat(calls.get(2).cacheKey()).isEqualTo(calls.get(0).cacheKey());
  }

  @Test
  void closedTask_closesItsLane_andLeavesTheWorkersTotal() {
    engine.passBarrier();
    engine.ask("r-1", "Cells");
    FakeLane first = engine.lane();
    engine.revive();

    assertThat(first.closed).isTrue();
    assertThat(engine.lanes).hasSize(2);
    assertThat(engine.pending()).isEqualTo(1);
  }

  @Test
  void junkOnTheInternalTopics_isSkipped() {
    engine.passBarrier();
    engine.reportRaw("k", new byte[] {1, 2});
    engine.reportRaw("k", null);
    engine.retriesIn.pipeInput(new byte[] {1}, new byte[] {2});
    engine.retriesIn.pipeInput(null, new byte[] {2});
    engine.retriesIn.pipeInput(
        new org.apache.kafka.streams.test.TestRecord<>(null, null, new RecordHeaders()));
    engine.ask("r-1", "Cells");
    engine.explain(0);

    assertThat(engine.results()).extracting(ExplanationResult::requestId).containsExactly("r-1");
  }
}
