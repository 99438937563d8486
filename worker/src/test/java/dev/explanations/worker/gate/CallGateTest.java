package dev.explanations.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.TestBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallGateTest {

  private static final Prompt PROMPT = TestPrompt.of("system", "user", 300);
  private static final Outcome OK = explained(1_000);
  private static final Outcome DOWN = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");

  private final ManualClock clock = new ManualClock();
  private TestBudget budget = new TestBudget("0", "0", clock);
  private final ExplanationModel primary = (prompt, watcher) -> OK;
  private final ExplanationModel fallback = (prompt, watcher) -> OK;

  private static Outcome explained(int tokens) {
    return new Outcome.Explained(new Explanation("text", "m", "1", new Usage(10, 20, tokens)));
  }

  private static Outcome throttled(@Nullable Duration delay) {
    return new Outcome.Throttled(ErrorCode.RATE_LIMITED, "429", delay);
  }

  private CallGate gate(int requestsPerMinute, int tokensPerMinute) {
    Map<String, ExplanationModel> models = new LinkedHashMap<>();
    models.put("google_ai", primary);
    return gate(models, requestsPerMinute, tokensPerMinute);
  }

  private CallGate gateWithFallback() {
    Map<String, ExplanationModel> models = new LinkedHashMap<>();
    models.put("google_ai", primary);
    models.put("google_ai:other", fallback);
    return gate(models, 0, 0);
  }

  private CallGate gate(Map<String, ExplanationModel> models, int requests, int tokens) {
    return new CallGate(
        models,
        new GateSettings(
            new Settings.CircuitBreaker(true, 5, Duration.ofSeconds(60), 2),
            64,
            requests,
            tokens,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60)),
        budget.budget(),
        clock);
  }

  private static Permit begin(CallGate gate) {
    return gate.tryBegin(PROMPT).orElseThrow();
  }

  private static void call(CallGate gate, Outcome outcome) {
    gate.end(begin(gate), outcome);
  }

  private static void open(CallGate gate) {
    for (int i = 0; i < 5; i++) {
      call(gate, DOWN);
    }
  }

  private static State state(CallGate gate) {
    return gate.breakers().getFirst().state();
  }

  @Test
  void outage_shutsTheGate_untilProbesMayPass() {
    CallGate gate = gate(0, 0);
    open(gate);
    assertThat(gate.opening()).isEqualTo(Opening.SHUT);
    assertThat(gate.room(0)).isZero();
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    assertThat(gate.shutUntil()).isEqualTo(clock.instant().plusSeconds(60));
    assertThat(gate.nextChange(null)).isEqualTo(gate.shutUntil());

    clock.advance(Duration.ofSeconds(60));
    gate.tick();

    assertThat(gate.opening()).isNotEqualTo(Opening.SHUT);
    assertThat(gate.room(0)).isEqualTo(2);
    assertThat(gate.room(1)).isEqualTo(1);
    Permit first = begin(gate);
    Permit second = begin(gate);
    assertThat(gate.opening()).as("all probes are under way").isEqualTo(Opening.SHUT);
    gate.end(first, OK);
    gate.end(second, OK);
    assertThat(state(gate)).isEqualTo(State.CLOSED);
    assertThat(gate.opening()).isNotEqualTo(Opening.SHUT);
    assertThat(gate.capacity()).as("the slow start begins anew").isLessThanOrEqualTo(27);
  }

  @Test
  void misconfiguration_isAFailureOfTheBreaker_otherRefusalsAreNot() {
    CallGate gate = gate(0, 0);
    List<Outcome> neutral =
        List.of(
            throttled(Duration.ofNanos(1)),
            new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"),
            new Outcome.Rejected(ErrorCode.MODEL_REJECTED, "400"),
            new Outcome.Unavailable(ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS"));
    for (int i = 0; i < 3; i++) {
      neutral.forEach(
          outcome -> {
            call(gate, outcome);
            clock.advance(Duration.ofNanos(1));
          });
    }
    assertThat(gate.breakers().getFirst().failures()).isZero();

    for (int i = 0; i < 5; i++) {
      call(gate, new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key"));
    }
    assertThat(state(gate)).isEqualTo(State.OPEN);
  }

  @Test
  void neutralProbe_givesItsPermitBack() {
    CallGate gate = gate(0, 0);
    open(gate);
    clock.advance(Duration.ofSeconds(60));
    gate.tick();
    Permit probe = begin(gate);
    begin(gate);

    gate.end(probe, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"));

    assertThat(gate.opening()).isNotEqualTo(Opening.SHUT);
    assertThat(gate.room(0)).isEqualTo(1);
  }

  @Test
  void throttledCall_pausesAllOthers_forExactlyItsDelay() {
    CallGate gate = gate(0, 0);
    call(gate, throttled(Duration.ofMillis(3_700)));
    assertThat(gate.opening()).as("it is no outage").isEqualTo(Opening.PAUSED);
    assertThat(gate.room(0)).isZero();
    assertThat(gate.nextChange(null)).isEqualTo(clock.instant().plusMillis(3_700));

    clock.advance(Duration.ofMillis(3_699));
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    clock.advance(Duration.ofMillis(1));

    assertThat(gate.tryBegin(PROMPT)).isPresent();
  }

  @Test
  void reset_endsAPauseToo() {
    CallGate gate = gate(0, 0);
    call(gate, throttled(Duration.ofHours(1)));
    assertThat(gate.reset("google_ai")).isTrue();
    assertThat(gate.tryBegin(PROMPT)).isPresent();
    assertThat(gate.reset("unknown")).isFalse();
    assertThat(gate.holdOpen("unknown")).isFalse();
  }

  private static Outcome usedUp() {
    return new Outcome.Throttled(ErrorCode.QUOTA_EXHAUSTED, "per day", Duration.ofHours(1));
  }

  @Test
  void quotaOfADay_isTriedByOneCallAnHour_untilOneSucceeds() {
    CallGate gate = gate(0, 0);
    List<Permit> burst = List.of(begin(gate), begin(gate), begin(gate));
    burst.forEach(permit -> gate.end(permit, usedUp()));
    for (int hour = 0; hour < 3; hour++) {
      clock.advance(Duration.ofMinutes(59));
      assertThat(gate.tryBegin(PROMPT)).isEmpty();
      clock.advance(Duration.ofMinutes(1));
      assertThat(gate.room(0)).isEqualTo(1);
      Permit trial = begin(gate);
      assertThat(gate.opening()).isEqualTo(Opening.PAUSED);
      assertThat(gate.tryBegin(PROMPT)).as("one at a time").isEmpty();
      gate.end(trial, usedUp());
    }
    clock.advance(Duration.ofHours(1));

    call(gate, OK);

    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    assertThat(gate.room(0)).isGreaterThan(1);
  }

  @Test
  void reset_triesAtOnceWithOneCall_andWhatBeganBeforeItPausesNothing() {
    CallGate gate = gate(0, 0);
    Permit late = begin(gate);
    call(gate, usedUp());
    assertThat(gate.opening()).isEqualTo(Opening.PAUSED);

    gate.reset("google_ai");
    gate.end(late, usedUp());

    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    Permit trial = begin(gate);
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    gate.end(trial, OK);
    assertThat(gate.tryBegin(PROMPT)).isPresent();
  }

  @Test
  void delayOfZero_isNone() {
    CallGate gate = gate(0, 0);
    call(gate, throttled(Duration.ZERO));
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(gate.tryBegin(PROMPT)).isPresent();
  }

  @Test
  void delayOfZero_ofACallFromBeforeThePause_changesNothing() {
    CallGate gate = gate(0, 0);
    Permit late = begin(gate);
    call(gate, throttled(null));
    clock.advance(Duration.ofSeconds(1));
    call(gate, OK);

    gate.end(late, throttled(Duration.ZERO));

    assertThat(gate.tryBegin(PROMPT)).isPresent();
  }

  @Test
  void openBreaker_passesCallsOnToTheNextModel_andProbesStillGoToTheFirst() {
    CallGate gate = gateWithFallback();
    assertThat(begin(gate).model()).isSameAs(primary);
    open(gate);
    assertThat(gate.opening()).isNotEqualTo(Opening.SHUT);
    assertThat(begin(gate).model()).isSameAs(fallback);

    clock.advance(Duration.ofSeconds(60));
    gate.tick();
    assertThat(begin(gate).model()).isSameAs(primary);
    Permit second = begin(gate);
    assertThat(second.model()).isSameAs(primary);
    assertThat(begin(gate).model()).as("all probes are under way").isSameAs(fallback);

    gate.end(second, throttled(Duration.ofSeconds(10)));
    assertThat(begin(gate).model()).as("the probe was throttled").isSameAs(fallback);
    clock.advance(Duration.ofSeconds(10));
    assertThat(begin(gate).model()).isSameAs(primary);
  }

  @Test
  void throttledModelWithAClosedBreaker_isWaitedFor() {
    CallGate gate = gateWithFallback();
    call(gate, throttled(Duration.ofSeconds(10)));
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
  }

  @Test
  void allBreakersOpen_shutTheGate_untilTheFirstProbe() {
    CallGate gate = gateWithFallback();
    open(gate);
    clock.advance(Duration.ofSeconds(10));
    open(gate);
    assertThat(gate.opening()).isEqualTo(Opening.SHUT);
    assertThat(gate.shutUntil()).isEqualTo(clock.instant().plusSeconds(50));
  }

  @Test
  void requestsPerMinute_areKept() {
    CallGate gate = gate(10, 0);
    for (int i = 0; i < 10; i++) {
      call(gate, OK);
    }
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    assertThat(gate.nextChange(null)).as("nothing waits").isAfter(clock.instant().plusSeconds(999));
    clock.advance(Duration.between(clock.instant(), gate.nextChange(PROMPT)));
    assertThat(gate.tryBegin(PROMPT)).isPresent();
  }

  @Test
  void tokensPerMinute_areReservedByEstimate_andSettledByUsage() {
    CallGate gate = gate(0, 1_000);
    List<Permit> permits = new ArrayList<>(List.of(begin(gate), begin(gate)));
    assertThat(gate.tryBegin(PROMPT)).as("two answers of 450 are reserved").isEmpty();

    permits.forEach(permit -> gate.end(permit, explained(100)));

    assertThat(gate.tryBegin(PROMPT)).as("200 were spent").isPresent();
    call(gate, explained(700));
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
  }

  @Test
  void tokensOfAnAnswerThatIsNone_count() {
    for (Outcome billed :
        List.of(
            new Outcome.Unavailable(
                ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS", new Usage(10, 990, 1_000)),
            new Outcome.Rejected(
                ErrorCode.CONTENT_BLOCKED, "RECITATION", new Usage(10, 990, 1_000)))) {
      CallGate gate = gate(0, 1_000);
      call(gate, billed);
      assertThat(gate.status().tokens().used()).isEqualTo(1_000);
      assertThat(gate.tryBegin(PROMPT)).isEmpty();
    }
  }

  @Test
  void spentBudget_letsNoCallBegin_untilItIsRaised_andThenSlowlyAtFirst() {
    budget = new TestBudget("1", "0", clock);
    CallGate gate = gate(0, 0);
    gate.tick();
    for (int i = 0; i < 40; i++) {
      call(gate, OK);
    }
    assertThat(gate.capacity()).isGreaterThan(27);
    Permit running = begin(gate);
    budget.spend("1");
    gate.tick();

    assertThat(gate.opening()).isEqualTo(Opening.EXHAUSTED);
    assertThat(gate.room(0)).isZero();
    assertThat(gate.tryBegin(PROMPT)).isEmpty();
    assertThat(gate.again(running)).as("a call that would be made twice").isFalse();
    assertThat(gate.nextChange(null)).isEqualTo(clock.instant().plusSeconds(1));
    gate.end(running, OK);
    assertThat(gate.running()).isZero();

    budget.command(new BudgetLimits(TestBudget.usd("1.5"), null));
    gate.tick();

    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    assertThat(gate.tryBegin(PROMPT)).isPresent();
    assertThat(gate.capacity()).as("the slow start begins anew").isLessThanOrEqualTo(27);
  }

  @Test
  void openBreaker_isToldBeforeASpentBudget_andAPauseAfterIt() {
    budget = new TestBudget("1", "0", clock);
    CallGate gate = gate(0, 0);
    call(gate, throttled(Duration.ofSeconds(10)));
    budget.spend("1");
    gate.tick();
    assertThat(gate.opening()).isEqualTo(Opening.EXHAUSTED);

    gate.holdOpen("google_ai");

    assertThat(gate.opening()).isEqualTo(Opening.SHUT);
  }

  @Test
  void withoutABudget_nothingIsLookedAt() {
    assertThat(gate(0, 0).nextChange(null)).isAfter(clock.instant().plusSeconds(999));
  }
}
