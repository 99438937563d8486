package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
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
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.TestBudget;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the gate's breaker and pauses mean to the dispatcher and its lanes. */
class GatedDispatchTest {

  private static final Outcome OK =
      new Outcome.Explained(new Explanation("text", "m", "1", new Usage(1, 2, 3)));
  private static final Outcome DOWN = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");

  /** Long enough to be seen by a loaded machine, short enough to be waited for. */
  private static final Duration SHUT = Duration.ofSeconds(2);

  private final FakeChannel channel = new FakeChannel();
  private final ConcurrentMap<String, LinkedBlockingQueue<Outcome>> calls =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Instant> beganAt = new ConcurrentHashMap<>();

  private TestBudget budget = new TestBudget("0", "0", Clock.systemUTC());
  private CallDispatcher dispatcher = dispatcher(4, 0, Duration.ofMinutes(1));

  private Lane lane(int maxInFlight, int requestsPerMinute, Duration breakerTimeout) {
    dispatcher = dispatcher(maxInFlight, requestsPerMinute, breakerTimeout);
    return dispatcher.open(0);
  }

  private CallDispatcher dispatcher(
      int maxInFlight, int requestsPerMinute, Duration breakerTimeout) {
    GateSettings settings =
        new GateSettings(
            new Settings.CircuitBreaker(true, 2, breakerTimeout, 2),
            maxInFlight,
            requestsPerMinute,
            0,
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    CallGate gate =
        new CallGate(Map.of("google_ai", this::call), settings, budget.budget(), Clock.systemUTC());
    DispatchSettings times =
        new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));
    return new CallDispatcher(
        gate,
        new SharedAnswers(SharedCache.none(), () -> CacheStates.EMPTY, times, Clock.systemUTC()),
        channel,
        new Pricing(Prices.of(null), Clock.systemUTC()),
        Ledgers.ofAnyDay(),
        times,
        Clock.systemUTC(),
        Tracing.OFF);
  }

  private Outcome call(Prompt prompt, Consumer<CallDetails> watcher) {
    beganAt.put(prompt.userText(), Instant.now(Clock.systemUTC()));
    try {
      return ends(prompt.userText()).take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DOWN;
    }
  }

  private LinkedBlockingQueue<Outcome> ends(String key) {
    return calls.computeIfAbsent(key, k -> new LinkedBlockingQueue<>());
  }

  private static Admission offer(Lane lane, String key) {
    return lane.offer(
        key, () -> new Question(TestPrompt.of("system", key, 300), FoldedHashes.NONE, null));
  }

  private void run(Lane lane, String key, Outcome outcome) {
    assertThat(offer(lane, key)).isInstanceOf(Admission.Accepted.class);
    end(key, outcome);
  }

  private void end(String key, Outcome outcome) {
    ends(key).add(outcome);
    await().until(() -> channel.ended().contains(key));
  }

  @AfterEach
  void stop() {
    beganAt.keySet().forEach(key -> ends(key).add(DOWN));
    dispatcher.close();
  }

  @Test
  void openingBreaker_givesBackWhatHasNotBegun_andLetsTheRestEnd() {
    Lane lane = lane(4, 0, Duration.ofMinutes(1));
    for (int i = 0; i < 6; i++) {
      offer(lane, "k" + i);
    }
    await().until(() -> beganAt.size() == 4);
    end("k0", DOWN);
    await().until(() -> beganAt.size() == 5);
    end("k1", DOWN);

    await().until(() -> channel.postponed().equals(List.of("k5")));
    assertThat(lane.room()).isEqualTo(Room.SHUT);
    assertThat(lane.shutUntil()).isAfter(Instant.now(Clock.systemUTC()).plusSeconds(50));
    assertThat(offer(lane, "more")).isInstanceOf(Admission.NoRoom.class);
    end("k2", OK);
    end("k3", DOWN);
    assertThat(dispatcher.breakers().getFirst().failures()).as("late ones").isEqualTo(2);
    assertThat(beganAt).hasSize(5);
  }

  @Test
  void timeAlone_halfOpensTheBreaker_andWakesEveryLane() {
    Lane lane = lane(4, 0, SHUT);
    Lane other = dispatcher.open(7);
    run(lane, "a", DOWN);
    run(lane, "b", DOWN);
    assertThat(lane.room()).isEqualTo(Room.SHUT);
    assertThat(channel.woken()).isEmpty();

    await().until(() -> channel.woken().size() == 2);

    assertThat(channel.woken()).containsExactlyInAnyOrder(0, 7);
    assertThat(state()).isEqualTo(State.HALF_OPEN);
    assertThat(offer(lane, "probe 1")).isInstanceOf(Admission.Accepted.class);
    assertThat(offer(other, "probe 2")).isInstanceOf(Admission.Accepted.class);
    assertThat(lane.room()).as("as many as must succeed").isEqualTo(Room.SHUT);
    end("probe 1", OK);
    end("probe 2", OK);
    assertThat(state()).isEqualTo(State.CLOSED);
    await().until(() -> channel.woken().size() == 4);
  }

  @Test
  void failedProbe_shutsTheGateAgain() {
    Lane lane = lane(4, 0, SHUT);
    run(lane, "a", DOWN);
    run(lane, "b", DOWN);
    await().until(() -> lane.room() == Room.FREE);
    run(lane, "probe", DOWN);
    assertThat(lane.room()).isEqualTo(Room.SHUT);
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void breakerHeldOpen_isShutUntilItsReset_whichWakesTheLanes() {
    Lane lane = lane(1, 0, Duration.ofMillis(10));
    offer(lane, "running");
    offer(lane, "ready");
    assertThat(dispatcher.holdBreakerOpen("google_ai")).isTrue();
    await().until(() -> channel.postponed().equals(List.of("ready")));
    assertThat(lane.room()).isEqualTo(Room.SHUT);
    assertThat(lane.shutUntil()).isEqualTo(Instant.MAX);

    assertThat(dispatcher.resetBreaker("google_ai")).isTrue();

    await().until(() -> channel.woken().equals(List.of(0)));
    assertThat(lane.room()).isEqualTo(Room.FREE);
    assertThat(dispatcher.resetBreaker("unknown")).isFalse();
    assertThat(dispatcher.holdBreakerOpen("unknown")).isFalse();
  }

  @Test
  void throttledCall_holdsUpTheNext_forItsDelayAndHardlyLonger() {
    Lane lane = lane(1, 0, Duration.ofMinutes(1));
    offer(lane, "a");
    offer(lane, "ready");
    Instant before = Instant.now(Clock.systemUTC());
    end("a", new Outcome.Throttled(ErrorCode.RATE_LIMITED, "429", SHUT));
    assertThat(lane.room()).isEqualTo(Room.PAUSED);
    assertThat(offer(lane, "more")).isInstanceOf(Admission.NoRoom.class);

    await().until(() -> beganAt.containsKey("ready"));

    assertThat(beganAt.get("ready")).isAfterOrEqualTo(before.plus(SHUT));
    await().until(() -> channel.woken().equals(List.of(0)));
    assertThat(channel.postponed()).as("a pause is no outage").isEmpty();
  }

  @Test
  void minuteThatIsUsedUp_holdsUpTheNextCall() {
    Lane lane = lane(4, 2, Duration.ofMinutes(1));
    run(lane, "a", OK);
    run(lane, "b", OK);
    assertThat(offer(lane, "c")).isInstanceOf(Admission.Accepted.class);
    assertThat(dispatcher.inFlight()).isZero();
    assertThat(beganAt).doesNotContainKey("c");
  }

  @Test
  void withdrawnCall_isNotMade_unlessItHasBegun() {
    Lane lane = lane(1, 0, Duration.ofMinutes(1));
    String running = ((Admission.Accepted) offer(lane, "running")).callId();
    String ready = ((Admission.Accepted) offer(lane, "ready")).callId();
    assertThat(lane.withdraw("running", running)).isFalse();
    assertThat(lane.withdraw("ready", "another")).isFalse();
    assertThat(lane.withdraw("ready", ready)).isTrue();

    end("running", OK);

    assertThat(dispatcher.inFlight()).isZero();
    assertThat(beganAt).containsOnlyKeys("running");
    assertThat(offer(lane, "ready")).isInstanceOf(Admission.Accepted.class);
  }

  private State state() {
    return dispatcher.breakers().getFirst().state();
  }

  @Test
  void call_isMadeOnceMore_whenAnIdleConnectionWasClosed_andCountsAsAnotherOne() {
    Lane lane = lane(4, 5, Duration.ofMinutes(1));
    Outcome lost = new Outcome.ConnectionLost("closed while it was idle");
    for (int i = 1; i <= 2; i++) {
      ends("k" + i).add(lost);
      run(lane, "k" + i, OK);
    }
    // one more fits into the minute, but it cannot be made twice
    run(lane, "k3", lost);

    assertThat(dispatcher.status().gate().requests().used()).isEqualTo(5);
    assertThat(outcomeOf("k1")).isEqualTo(OK);
    assertThat(outcomeOf("k2")).isEqualTo(OK);
    assertThat(outcomeOf("k3"))
        .isEqualTo(new Outcome.Throttled(ErrorCode.RATE_LIMITED, "closed while it was idle", null));
    assertThat(dispatcher.breakers().getFirst().failures()).isZero();
    assertThat(dispatcher.inFlight()).isZero();
  }

  private Outcome outcomeOf(String key) {
    return channel.sent.stream()
        .filter(it -> it.cacheKey().equals(key))
        .map(FakeChannel.Sent::record)
        .map(OutcomeRecord.CallEnded.class::cast)
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  private static BudgetLimits perDay(String dollars) {
    return new BudgetLimits(TestBudget.usd(dollars), null);
  }

  @Test
  void spentBudget_givesBackWhatHasNotBegun_andAllGoesOnWhenItIsRaised() {
    budget = new TestBudget("1", "0", Clock.systemUTC());
    Lane lane = lane(2, 0, Duration.ofMinutes(1));
    Lane other = dispatcher.open(7);
    for (int i = 0; i < 3; i++) {
      assertThat(offer(lane, "k" + i)).isInstanceOf(Admission.Accepted.class);
    }
    await().until(() -> beganAt.size() == 2);
    budget.spend("1");
    end("k0", OK);

    await().until(() -> channel.postponed().equals(List.of("k2")));
    assertThat(lane.room()).isEqualTo(Room.EXHAUSTED);
    assertThat(offer(other, "more")).isInstanceOf(Admission.NoRoom.class);
    await("tasks in a pause look at their requests")
        .until(() -> Set.copyOf(channel.woken()).equals(Set.of(0, 7)));
    end("k1", OK);
    assertThat(beganAt).hasSize(2);
    channel.sent.clear();

    budget.command(perDay("2"));
    dispatcher.budgetHasChanged();

    assertThat(lane.room()).isEqualTo(Room.FREE);
    await().until(() -> Set.copyOf(channel.woken()).equals(Set.of(0, 7)));
    assertThat(offer(lane, "k3")).isInstanceOf(Admission.Accepted.class);
    await().until(() -> beganAt.containsKey("k3"));
  }

  @Test
  void whatOthersSpendAndSay_isSeenWithoutACall() {
    budget = new TestBudget("1", "0", Clock.systemUTC());
    Lane lane = lane(2, 0, Duration.ofMinutes(1));
    assertThat(lane.room()).isEqualTo(Room.FREE);

    budget.spend("1");
    await().until(() -> lane.room() == Room.EXHAUSTED);

    budget.command(perDay("0"));
    await().until(() -> lane.room() == Room.FREE);
  }

  @Test
  void budgetSpentBehindAnOpenBreaker_isSeenWhenThatHalfOpens_alsoByTasksInAPause() {
    budget = new TestBudget("1", "0", Clock.systemUTC());
    Lane lane = lane(2, 0, SHUT);
    offer(lane, "a");
    offer(lane, "b");
    dispatcher.pause(true);
    assertThat(lane.room()).isEqualTo(Room.PAUSED);
    end("a", DOWN);
    end("b", DOWN);
    budget.spend("1");
    dispatcher.budgetHasChanged();
    assertThat(lane.room()).isEqualTo(Room.SHUT);

    await("woken when it opened, and when it half-opened")
        .until(() -> channel.woken().equals(List.of(0, 0)));

    assertThat(lane.room()).isEqualTo(Room.EXHAUSTED);
  }

  @Test
  void breakerThatOpensDuringAPause_wakesTasksWhoseRequestsMayFail() {
    Lane lane = lane(2, 0, Duration.ofMinutes(1));
    Lane other = dispatcher.open(7);
    offer(lane, "a");
    offer(lane, "b");
    dispatcher.pause(true);
    assertThat(other.room()).isEqualTo(Room.PAUSED);

    end("a", DOWN);
    end("b", DOWN);

    await().until(() -> Set.copyOf(channel.woken()).equals(Set.of(0, 7)));
    assertThat(other.room()).isEqualTo(Room.SHUT);
  }

  @Test
  void pauseByHand_hidesNoSpentBudget() {
    budget = new TestBudget("1", "0", Clock.systemUTC());
    Lane lane = lane(2, 0, Duration.ofMinutes(1));
    dispatcher.pause(true);
    assertThat(lane.room()).isEqualTo(Room.PAUSED);

    budget.spend("1");
    dispatcher.budgetHasChanged();

    assertThat(lane.room()).isEqualTo(Room.EXHAUSTED);
    await().until(() -> channel.woken().equals(List.of(0)));
  }
}
