package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.TestBudget;
import dev.explanations.worker.tracing.MemoryTracing;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallDispatcherTest {

  private static final Outcome OK =
      new Outcome.Explained(new Explanation("text", "m", "1", new Usage(1, 2, 3)));
  private static final Outcome FAILED = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");

  /** Every call blocks until the test ends it. */
  private final ConcurrentMap<String, LinkedBlockingQueue<Outcome>> running =
      new ConcurrentHashMap<>();

  private final AtomicInteger calls = new AtomicInteger();
  private final Ledger ledger = Ledgers.ofAnyDay();
  private final FakeChannel channel = new FakeChannel();
  private final List<CallDispatcher> dispatchers = new ArrayList<>();

  private CallDispatcher dispatcher(int maxInFlight) {
    return dispatcher(this::call, settings(maxInFlight, 1_000, Duration.ofSeconds(60)));
  }

  private CallDispatcher dispatcher(ExplanationModel model, GateSettings settings) {
    return dispatcher(model, settings, Tracing.OFF);
  }

  private CallDispatcher dispatcher(
      ExplanationModel model, GateSettings settings, Tracing tracing) {
    CallGate gate =
        new CallGate(Map.of("google_ai", model), settings, TestBudget.none(), Clock.systemUTC());
    DispatchSettings times =
        new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));
    CallDispatcher dispatcher =
        new CallDispatcher(
            gate,
            new SharedAnswers(
                SharedCache.none(), () -> CacheStates.EMPTY, times, Clock.systemUTC()),
            channel,
            new Pricing(Prices.of(null), Clock.systemUTC()),
            ledger,
            times,
            Clock.systemUTC(),
            tracing);
    dispatchers.add(dispatcher);
    return dispatcher;
  }

  private static GateSettings settings(int maxInFlight, int threshold, Duration timeout) {
    return new GateSettings(
        new Settings.CircuitBreaker(true, threshold, timeout, 2),
        maxInFlight,
        0,
        0,
        Duration.ofMillis(100),
        Duration.ofSeconds(1));
  }

  private Outcome call(Prompt prompt, Consumer<CallDetails> watcher) {
    calls.incrementAndGet();
    LinkedBlockingQueue<Outcome> end = new LinkedBlockingQueue<>();
    running.put(prompt.userText(), end);
    try {
      return end.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } finally {
      running.remove(prompt.userText());
    }
  }

  private void end(String key, Outcome outcome) {
    await().until(() -> running.containsKey(key));
    Objects.requireNonNull(running.get(key)).add(outcome);
    await().until(() -> channel.ended().contains(key));
  }

  private static Admission offer(Lane lane, String key) {
    return lane.offer(
        key, () -> new Question(TestPrompt.of("system", key, 300), FoldedHashes.NONE, null));
  }

  private static String accepted(Lane lane, String key) {
    return ((Admission.Accepted) offer(lane, key)).callId();
  }

  @AfterEach
  void endAll() {
    running.values().forEach(end -> end.add(FAILED));
    dispatchers.forEach(CallDispatcher::close);
  }

  @Test
  void offer_runsAtMostTheLimit_andHoldsHalfAgainReady() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane lane = dispatcher.open(0);
    for (int i = 0; i < 6; i++) {
      accepted(lane, "k" + i);
    }
    assertThat(offer(lane, "k6")).isInstanceOf(Admission.NoRoom.class);
    await().until(() -> running.size() == 4);
    assertThat(dispatcher.inFlight()).isEqualTo(4);

    end("k0", OK);

    await().until(() -> running.containsKey("k4"));
    assertThat(dispatcher.inFlight()).isEqualTo(4);
    assertThat(offer(lane, "k6")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void oneKey_hasOneCall_whateverLaneAsks() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane before = dispatcher.open(3);
    String callId = accepted(before, "k");
    before.close();
    Lane after = dispatcher.open(3);

    assertThat(offer(after, "k")).isEqualTo(new Admission.UnderWay(callId));
    await().until(() -> calls.get() == 1);
  }

  @Test
  void outcomeAcknowledgedBeforeALaneOpens_isForgotten_becauseTheMarkerComesAfterIt() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane before = dispatcher.open(0);
    accepted(before, "k");
    end("k", OK);
    assertThat(offer(before, "k"))
        .as("not read by its task yet")
        .isInstanceOf(Admission.UnderWay.class);

    Lane after = dispatcher.open(0);

    assertThat(offer(after, "k")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void outcomeThatItsTaskHasRead_frees_theKey() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane lane = dispatcher.open(0);
    String callId = accepted(lane, "k");
    end("k", OK);
    lane.outcomeRead("k", "another call");
    assertThat(offer(lane, "k")).isInstanceOf(Admission.UnderWay.class);
    lane.outcomeRead("k", callId);
    assertThat(offer(lane, "k")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void handoffOfManyCalls_isSplit_intoRecordsThatAnyTopicTakes() {
    List<OutcomeRecord.RunningCall> calls =
        IntStream.range(0, 6_050)
            .mapToObj(
                i ->
                    new OutcomeRecord.RunningCall(
                        "%064x".formatted(i), UUID.randomUUID().toString(), Instant.now()))
            .toList();

    List<OutcomeRecord.Handoff> parts = TaskLane.handoffs(calls, UUID.randomUUID().toString());

    assertThat(parts.stream().flatMap(part -> part.calls().stream()))
        .containsExactlyElementsOf(calls);
    assertThat(parts)
        .allSatisfy(part -> assertThat(new OutcomeJson().write(part)).hasSizeLessThan(64 * 1024));
    assertThat(TaskLane.handoffs(List.of(), "lane")).isEmpty();
  }

  @Test
  void close_handsOverWhatRuns_andGivesUpWhatHasNotBegun() {
    CallDispatcher dispatcher = dispatcher(1);
    Lane lane = dispatcher.open(5);
    String running = accepted(lane, "running");
    accepted(lane, "ready");
    await().until(() -> this.running.containsKey("running"));

    lane.close();

    FakeChannel.Sent handoff = channel.sent.getLast();
    assertThat(handoff.partition()).isEqualTo(5);
    assertThat(((OutcomeRecord.Handoff) handoff.record()).calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.cacheKey()).isEqualTo("running");
              assertThat(call.callId()).isEqualTo(running);
              assertThat(call.latestEnd()).isAfter(Clock.systemUTC().instant().plusSeconds(50));
            });
    end("running", OK);
    assertThat(calls).hasValue(1);
  }

  @Test
  void close_withNothingUnderWay_sendsNothing() {
    dispatcher(1).open(5).close();
    assertThat(channel.sent).isEmpty();
  }

  @Test
  void laneReplacedByAnother_closesWithoutHarm() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane old = dispatcher.open(0);
    Lane current = dispatcher.open(0);
    accepted(current, "k");
    old.close();

    assertThat(channel.sent).isEmpty();
    assertThat(offer(old, "other")).isInstanceOf(Admission.NoRoom.class);
    assertThat(offer(current, "other")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void wantingLanes_getEqualShares() {
    CallDispatcher dispatcher = dispatcher(8);
    Lane greedy = dispatcher.open(0);
    Lane late = dispatcher.open(1);
    for (int i = 0; i < 12; i++) {
      accepted(greedy, "g" + i);
    }
    assertThat(greedy.room()).isEqualTo(Room.FULL);
    assertThat(late.room()).isEqualTo(Room.FULL);

    end("g0", OK);
    assertThat(greedy.room()).as("holds more than its share").isEqualTo(Room.FULL);
    assertThat(offer(late, "l0")).isInstanceOf(Admission.Accepted.class);

    end("g1", OK);
    late.satisfied();
    assertThat(greedy.room()).as("nobody else wants it").isEqualTo(Room.FREE);
  }

  @Test
  void whileTheBrokerDoesNotAcknowledge_noNewCallIsPaidFor() {
    CallDispatcher dispatcher = dispatcher(4);
    Lane lane = dispatcher.open(0);
    channel.congested = true;
    assertThat(offer(lane, "k")).isInstanceOf(Admission.NoRoom.class);
    channel.congested = false;
    assertThat(offer(lane, "k")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void outcomesThatNobodyReads_holdUpNewCalls() {
    CallDispatcher dispatcher =
        dispatcher((prompt, watcher) -> OK, settings(2, 1_000, Duration.ofSeconds(60)));
    Lane lane = dispatcher.open(0);
    List<String> callIds = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String key = "k" + i;
      await().until(() -> lane.room() == Room.FREE);
      callIds.add(accepted(lane, key));
      await().until(() -> channel.ended().contains(key));
    }
    assertThat(offer(lane, "one more")).isInstanceOf(Admission.NoRoom.class);

    lane.outcomeRead("k0", callIds.getFirst());

    assertThat(offer(lane, "one more")).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void stop_handsOverWhatRuns_untilTheWaitForItIsOver() throws InterruptedException {
    CallDispatcher dispatcher = dispatcher(2);
    Lane moves = dispatcher.open(0);
    Lane stays = dispatcher.open(1);
    String awaited = accepted(moves, "awaited");
    accepted(stays, "given up");
    await().until(() -> running.size() == 2);
    dispatcher.stopAccepting();

    moves.close();
    assertThat(dispatcher.awaitQuiet(Duration.ZERO)).isFalse();
    stays.close();

    assertThat(channel.sent)
        .extracting(FakeChannel.Sent::record)
        .singleElement()
        .isInstanceOfSatisfying(
            OutcomeRecord.Handoff.class,
            handoff ->
                assertThat(handoff.calls())
                    .extracting(OutcomeRecord.RunningCall::callId)
                    .containsExactly(awaited));
  }

  @Test
  void stop_letsRunningCallsEnd_andWaitsForTheirAcknowledgement() throws InterruptedException {
    CallDispatcher dispatcher = dispatcher(1);
    Lane lane = dispatcher.open(0);
    accepted(lane, "running");
    accepted(lane, "ready");
    channel.acknowledges = false;
    dispatcher.stopAccepting();
    assertThat(dispatcher.awaitQuiet(Duration.ZERO)).isFalse();
    end("running", OK);
    assertThat(dispatcher.awaitQuiet(Duration.ofMillis(20))).as("not in Kafka yet").isFalse();
    assertThat(dispatcher.inFlight()).isZero();
    assertThat(dispatcher.unsent()).isOne();
    assertThat(offer(lane, "more")).isInstanceOf(Admission.NoRoom.class);

    channel.sent.getLast().delivery().ended(true);

    assertThat(dispatcher.awaitQuiet(Duration.ofSeconds(60))).isTrue();
    assertThat(calls).hasValue(1);
  }

  @Test
  void holds_untilTheOutcomeIsInKafkaOrLost() {
    CallDispatcher dispatcher = dispatcher(1);
    Lane lane = dispatcher.open(0);
    String callId = accepted(lane, "k");
    assertThat(lane.isInFlight("k", callId)).isTrue();
    channel.acknowledges = false;
    end("k", OK);
    assertThat(lane.isInFlight("k", callId)).isTrue();
    channel.sent.getLast().delivery().ended(false);
    assertThat(lane.isInFlight("k", callId)).isFalse();
  }

  @Test
  void adapterThatThrows_isAnOutcomeLikeAnother() {
    CallDispatcher dispatcher =
        dispatcher(
            (prompt, watcher) -> {
              throw new IllegalStateException("secret");
            },
            settings(1, 1_000, Duration.ofSeconds(60)));
    accepted(dispatcher.open(0), "k");
    await().until(() -> channel.ended().contains("k"));

    OutcomeRecord.CallEnded ended = (OutcomeRecord.CallEnded) channel.sent.getLast().record();
    assertThat(ended.outcome())
        .isEqualTo(new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "IllegalStateException"));
  }

  @Test
  void thousandKeys_allEnd_withNoMoreThanTheLimitAtOnce() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger peak = new AtomicInteger();
    CallDispatcher dispatcher =
        dispatcher(
            (prompt, watcher) -> {
              peak.accumulateAndGet(now.incrementAndGet(), Math::max);
              LockSupport.parkNanos(1_000_000);
              now.decrementAndGet();
              return OK;
            },
            settings(10, 1_000, Duration.ofSeconds(60)));
    List<Lane> lanes = List.of(dispatcher.open(0), dispatcher.open(1));
    Map<String, String> unread = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      Lane lane = lanes.get(i % 2);
      String key = "k" + i;
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                unread.forEach(lane::outcomeRead);
                return offer(lane, key) instanceof Admission.Accepted(String callId)
                    && unread.put(key, callId) == null;
              });
    }
    await().until(() -> channel.ended().size() == 1_000);
    assertThat(peak.get()).isLessThanOrEqualTo(10);
  }

  @Test
  void call_isToldAsAPartOfItsRequestsTrace() {
    TraceContext parent =
        new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);
    GateSettings settings = settings(1, 1_000, Duration.ofSeconds(60));
    try (MemoryTracing tracing = new MemoryTracing()) {
      CallDispatcher dispatcher = dispatcher(this::call, settings, tracing);
      Lane lane = dispatcher.open(0);
      lane.offer(
          "k", () -> new Question(TestPrompt.of("system", "k", 300), FoldedHashes.NONE, parent));
      end("k", FAILED);

      SpanData call = tracing.spans(Step.Kind.CALL).getFirst();
      assertThat(call.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
      assertThat(call.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
      assertThat(call.getStatus().getDescription()).isEqualTo("model_unavailable");
    }
  }
}
