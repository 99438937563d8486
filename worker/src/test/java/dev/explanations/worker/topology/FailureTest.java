package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultReader;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.records.WorkerHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FailureTest {

  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  @AutoClose private Engine engine = Engine.ready();

  @Test
  void failedCall_isMadeAgainWhenDue_andItsRequestWaitsWhereItIs() {
    engine.askRaw(
        "k".getBytes(StandardCharsets.UTF_8),
        "{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":\"b\"}"
            .getBytes(StandardCharsets.UTF_8),
        new RecordHeaders().add("traceparent", "00-1".getBytes(StandardCharsets.UTF_8)));
    engine.end(0, UNAVAILABLE);

    assertThat(engine.retries.isEmpty()).isTrue();
    assertThat(engine.pending()).isEqualTo(1);
    assertThat(engine.listener.heard).contains("retried MODEL_UNAVAILABLE");

    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);

    TestRecord<byte[], byte[]> record = engine.results.readRecord();
    assertThat(Engine.header(record, "traceparent")).isEqualTo("00-1");
    ExplanationResult result = ResultReader.read(record.value());
    assertThat(result.status()).isEqualTo(Status.EXPLAINED);
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(result.requestedAt()).isEqualTo(Engine.START);
  }

  @Test
  void usedUpAttempts_endWithTheFallbackAndADeadLetterOfTheOriginal() {
    byte[] value =
        "{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":\"b\"}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] key = {7};
    Headers headers = new RecordHeaders().add("traceparent", new byte[] {9}).add("none", null);
    WorkerHeaders.set(headers, HeaderNames.REPLAYS, 2);
    engine.askRaw(key, value, headers);
    for (int call = 0; call < 3; call++) {
      engine.end(call, UNAVAILABLE);
      engine.advance(Duration.ofSeconds(5));
    }

    assertThat(engine.lane().offered).hasSize(3);
    ExplanationResult result = engine.result();
    assertThat(result.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(result.error()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    assertThat(result.text())
        .isEqualTo("Service temporarily unavailable. Please try again in a few moments.");
    assertThat(result.attempts()).isEqualTo(3);
    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers().lastHeader("traceparent").value()).containsExactly(9);
    assertThat(letter.headers().lastHeader("none").value()).isNull();
    assertThat(
            Arrays.stream(letter.headers().toArray())
                .filter(header -> header.key().startsWith(HeaderNames.PREFIX))
                .collect(
                    Collectors.toMap(
                        Header::key, header -> new String(header.value(), StandardCharsets.UTF_8))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                HeaderNames.REASON, "model_unavailable",
                HeaderNames.ERROR, "503 UNAVAILABLE",
                HeaderNames.ORIGIN, "requests/0/0",
                HeaderNames.FIRST_SEEN, "" + Engine.START.toEpochMilli(),
                HeaderNames.ATTEMPT, "3",
                HeaderNames.REPLAYS, "2"));
    assertThat(engine.pending()).isZero();
  }

  /** As the dispatcher's gate: it pauses when the call ends, before its outcome is read. */
  private void holdUp(int call, Outcome.HeldUp cause) {
    engine.lane().paused = true;
    engine.end(call, cause);
  }

  private void pauseEnds() {
    engine.lane().paused = false;
    engine.report("", new OutcomeRecord.Wake());
  }

  private static Outcome.HeldUp throttled(Duration delay) {
    return new Outcome.Throttled(ErrorCode.RATE_LIMITED, "429", delay);
  }

  @Test
  void throttledCall_isMadeAgainWhenThePauseEnds_whateverItsDelay_andCountsAsNoAttempt() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    for (int call = 0; call < 5; call++) {
      holdUp(call, throttled(Duration.ofHours(1)));
      engine.ask("new-" + call, "Cells");
      engine.advance(Duration.ofSeconds(10));
      assertThat(engine.lane().offered).hasSize(call + 1);

      pauseEnds();

      assertThat(engine.lane().offered).as("one attempt for all of them").hasSize(call + 2);
    }
    assertThat(engine.retries.isEmpty()).as("it waits where it is").isTrue();
    engine.explain(5);

    assertThat(engine.results())
        .hasSize(7)
        .allSatisfy(result -> assertThat(result.attempts()).isEqualTo(1));
    assertThat(engine.pending()).isZero();
  }

  @Test
  void heldUpRequest_isDueAtOnce_afterARestartWithAnOpenGate() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Plants");
    holdUp(0, new Outcome.Throttled(ErrorCode.QUOTA_EXHAUSTED, "per day", Duration.ofHours(1)));
    engine.end(1, new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key refused"));

    engine.revive();
    engine.passBarrier();

    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(0);
    engine.explain(1);
    assertThat(engine.results())
        .extracting(ExplanationResult::status)
        .containsExactly(Status.EXPLAINED, Status.EXPLAINED);
  }

  @Test
  void heldUpRequest_meetsAnOpenBreakerLikeAnyOther() {
    engine.ask("r-1", "Cells", ",\"onUnavailable\":\"fail\"");
    holdUp(0, new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key refused"));
    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.results()).as("a pause is no open breaker").isEmpty();

    engine.lane().shut = true;
    engine.report("", new OutcomeRecord.Wake());

    assertThat(engine.result().error()).isEqualTo(ErrorCode.CIRCUIT_BREAKER_OPEN);
  }

  @Test
  void questionThatTheGatePassesOver_waitsForAWake_andOthersGoBeforeIt() {
    engine.ask("r-1", "Refused");
    holdUp(0, new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "400"));
    String refused = engine.lane().offered.getFirst().cacheKey();
    engine.lane().passedOver.add(refused);
    engine.ask("r-2", "Fresh");
    pauseEnds();
    assertThat(engine.lane().offered).hasSize(2);
    assertThat(engine.lane().offered.getLast().cacheKey()).isNotEqualTo(refused);
    engine.explain(1);
    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.lane().offered).hasSize(2);

    engine.lane().passedOver.clear();
    engine.report("", new OutcomeRecord.Wake());

    assertThat(engine.lane().offered).hasSize(3);
    engine.explain(2);
    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactly("r-2", "r-1");
  }

  @Test
  void misconfiguration_keepsTheRequestUntilTheDeadline() {
    engine.ask("r-1", "Cells");
    holdUp(0, new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key refused"));
    engine.advance(Duration.ofMinutes(14));
    assertThat(engine.results()).isEmpty();

    engine.advance(Duration.ofMinutes(1));

    ExplanationResult result = engine.result();
    assertThat(result.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(result.error()).isEqualTo(ErrorCode.MISCONFIGURED);
  }

  @Test
  void rejectedCall_isFinal() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    engine.end(0, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"));

    assertThat(engine.results())
        .extracting(ExplanationResult::status)
        .containsExactly(Status.REJECTED, Status.REJECTED);
    assertThat(engine.deadLetters.readRecordsToList())
        .extracting(Engine::reason)
        .containsExactly("content_blocked", "content_blocked");
  }

  private void block(int call, Duration ttl) {
    FakeLane.Offered offered = engine.lane().offered.get(call);
    OutcomeRecord.CallEnded template = engine.ended(offered.callId(), Engine.explained("x"));
    Validity validity =
        new Validity(
            template.validity().hashes(), template.validity().generation(), engine.now().plus(ttl));
    Outcome blocked = new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "finish reason SAFETY");
    engine.report(
        offered.cacheKey(), new OutcomeRecord.CallEnded(offered.callId(), blocked, validity));
  }

  @Test
  void blockedQuestion_isPaidForOnce_untilItsTimeIsOver() {
    for (int i = 0; i < 600; i++) {
      engine.ask("r-" + i, "Cells");
    }
    block(0, Duration.ofMinutes(5));
    engine.ask("late", "Cells");
    engine.settle();
    engine.ask("later", "Cells");

    assertThat(engine.lane().offered).hasSize(1);
    assertThat(engine.results())
        .hasSize(602)
        .allMatch(result -> result.status() == Status.REJECTED)
        .allMatch(result -> result.error() == ErrorCode.CONTENT_BLOCKED)
        .allMatch(result -> result.source() == null);
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(602);
    assertThat(engine.listener.heard).contains("refused before");

    engine.advance(Duration.ofMinutes(5));
    engine.ask("after", "Cells");
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void blockedQuestion_isNotRemembered_whenThatIsOff() {
    engine.ask("r-1", "Cells");
    block(0, Duration.ZERO);
    engine.ask("r-2", "Cells");

    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void blockedQuestion_isAskedAgain_afterAClear() {
    engine.ask("r-1", "Cells");
    block(0, Duration.ofMinutes(5));
    engine.cacheState =
        CacheStates.after(engine.cacheState, 1, engine.now(), new Command.ClearCache());
    engine.ask("r-2", "Cells");

    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void freshRequest_joinsThoseThatBackOff() {
    engine.ask("r-1", "Cells");
    engine.end(0, UNAVAILABLE);
    engine.ask("r-2", "Cells");
    assertThat(engine.lane().offered).hasSize(1);

    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);

    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void deadline_endsAWaitingRequest_andTheLateAnswerStillFillsTheCache() {
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    engine.advance(Duration.ofSeconds(9));
    assertThat(engine.results()).isEmpty();
    engine.advance(Duration.ofSeconds(1));

    assertThat(engine.result().error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("deadline_exceeded");
    engine.explain(0);
    assertThat(engine.results()).isEmpty();
    engine.ask("r-2", "Cells");
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
  }

  @Test
  void deadlineOfTheFirst_leavesTheOthersOfItsKeyWaiting() {
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    engine.ask("r-2", "Cells");
    engine.ask("r-3", "Cells", ",\"deadline\":\"2026-11-23T12:00:20Z\"");
    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.result().requestId()).isEqualTo("r-1");
    engine.advance(Duration.ofSeconds(10));
    assertThat(engine.result().requestId()).isEqualTo("r-3");

    engine.explain(0);

    assertThat(engine.result().requestId()).isEqualTo("r-2");
    assertThat(engine.pending()).isZero();
  }

  @Test
  void requestPastItsDeadlineOnArrival_isNotCalledFor() {
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T11:59:59Z\"");

    assertThat(engine.result().status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void hotKeyThatFails_isRetriedWhole() {
    for (int i = 0; i < 700; i++) {
      engine.ask("r-" + i, "Cells");
    }
    holdUp(0, throttled(Duration.ofSeconds(30)));
    pauseEnds();
    assertThat(engine.lane().offered).as("not all of them know of it yet").hasSize(1);
    engine.settle();
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(1);
    engine.settle();

    List<ExplanationResult> results = engine.results();
    assertThat(results)
        .hasSize(700)
        .extracting(ExplanationResult::status)
        .containsOnly(Status.EXPLAINED);
  }

  @Test
  void explanationThatTheResultsTopicDoesNotTake_isUnavailable_andADeadLetter() {
    engine.close();
    engine = Engine.ready(Engine.with(new TopicLimits(TopicLimits.leastForResults(), 1024 * 1024)));
    engine.ask("r-1", "One");
    engine.end(0, Engine.explained("x".repeat(10_000)));
    engine.ask("r-2", "One");
    engine.ask("r-3", "Two");
    engine.explain(1);

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId, ExplanationResult::error)
        .containsExactly(
            tuple("r-1", ErrorCode.RESULT_TOO_LARGE),
            tuple("r-2", ErrorCode.RESULT_TOO_LARGE),
            tuple("r-3", null));
    assertThat(engine.deadLetters.readRecordsToList())
        .extracting(Engine::reason)
        .containsExactly("result_too_large", "result_too_large");
  }

  @Test
  void everyFailure_fitsTheSmallestResultsTopic() {
    engine.close();
    engine = Engine.ready(Engine.with(new TopicLimits(TopicLimits.leastForResults(), 1024 * 1024)));
    String wide = "\uD83D\uDE00";
    String request =
        "{\"requestId\":\"%s\",\"topic\":\"%s\",\"subtopic\":\"%s\",\"education\":\"%s\","
                .formatted(wide.repeat(128), wide.repeat(200), wide.repeat(300), wide.repeat(64))
            + "\"detail\":\"%s\"}";
    Headers headers = new RecordHeaders().add("h", new byte[3_000]);
    engine.askRaw(null, bytes(request.formatted("detailed")), headers);
    engine.end(0, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, wide.repeat(250)));
    engine.askRaw(null, bytes(request.formatted("vast")), headers);

    assertThat(engine.results())
        .extracting(ExplanationResult::error)
        .containsExactly(ErrorCode.CONTENT_BLOCKED, ErrorCode.INVALID_REQUEST);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void aboveMaxPending_missesAreTurnedAway_andHitsAreNot() {
    engine.close();
    engine =
        Engine.ready(
            Engine.with(
                new dev.explanations.worker.settings.Settings.Requests(
                    3,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(15),
                    2,
                    64 * 1024)));
    engine.ask("warm", "Known");
    engine.explain(0);
    engine.ask("r-1", "One");
    engine.ask("r-2", "Two");
    engine.results();

    engine.ask("r-3", "Three");
    engine.ask("hit", "Known");

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId, ExplanationResult::error)
        .containsExactly(tuple("r-3", ErrorCode.OVERLOADED), tuple("hit", null));
    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("overloaded");
    engine.explain(1);
    engine.ask("r-4", "Four");
    assertThat(engine.results()).extracting(ExplanationResult::requestId).containsExactly("r-1");
  }
}
