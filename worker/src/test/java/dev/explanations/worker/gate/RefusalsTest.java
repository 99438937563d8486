package dev.explanations.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.TestBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Bad questions, and a model that refuses all of them. */
class RefusalsTest {

  private static final Outcome OK =
      new Outcome.Explained(new Explanation("text", "m", "1", new Usage(1, 2, 3)));
  private static final Outcome.Rejected REFUSED =
      new Outcome.Rejected(ErrorCode.MODEL_REJECTED, "400 INVALID_ARGUMENT: odd thing");
  private static final Outcome WAITS =
      new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, REFUSED.message());

  private final ManualClock clock = new ManualClock();
  private final List<Outcome.Misconfigured> findings = new ArrayList<>();

  private final ExplanationModel model =
      new ExplanationModel() {
        @Override
        public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
          return OK;
        }

        @Override
        public void misconfigured(Outcome.Misconfigured finding) {
          findings.add(finding);
        }
      };

  private CallGate gate(String... fallbacks) {
    Map<String, ExplanationModel> models = new LinkedHashMap<>();
    models.put("google_ai", model);
    for (String fallback : fallbacks) {
      models.put(fallback, (prompt, watcher) -> OK);
    }
    return new CallGate(
        models,
        new GateSettings(
            new Settings.CircuitBreaker(false, 5, Duration.ofSeconds(60), 2),
            64,
            0,
            0,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60)),
        TestBudget.none(),
        clock);
  }

  private static Prompt prompt(String question) {
    return TestPrompt.of("system", question, 300);
  }

  private static Permit begin(CallGate gate, String question) {
    assertThat(gate.passesOver(prompt(question))).as(question).isFalse();
    return gate.tryBegin(prompt(question)).orElseThrow();
  }

  private static Supplier<Outcome> refuse(CallGate gate, String question) {
    return gate.end(begin(gate, question), REFUSED);
  }

  private static List<Supplier<Outcome>> refuse(CallGate gate, int from, int to) {
    List<Supplier<Outcome>> told = new ArrayList<>();
    for (int i = from; i < to; i++) {
      told.add(refuse(gate, "q" + i));
    }
    return told;
  }

  private void nextTrial(CallGate gate) {
    clock.advance(Duration.between(clock.instant(), gate.nextChange(null)));
    gate.tick();
  }

  @Test
  void fiveDifferentQuestionsRefusedAlike_wait_andSoDoAllOthersButOneAtATime() {
    CallGate gate = gate();
    List<Supplier<Outcome>> told = refuse(gate, 0, 5);

    assertThat(told).extracting(Supplier::get).containsOnly(WAITS);
    assertThat(findings).hasSize(1);
    assertThat(gate.opening()).isEqualTo(Opening.PAUSED);

    nextTrial(gate);
    assertThat(gate.opening()).isEqualTo(Opening.FRESH);
    assertThat(gate.passesOver(prompt("q0"))).isTrue();
    Permit trial = begin(gate, "q5");
    assertThat(gate.opening()).isEqualTo(Opening.PAUSED);
    assertThat(gate.end(trial, REFUSED).get()).isEqualTo(WAITS);
    assertThat(gate.nextChange(null)).isEqualTo(clock.instant().plusSeconds(2));
  }

  @Test
  void withoutAnotherQuestion_thoseThatWereRefusedAreTried() {
    CallGate gate = gate();
    var _ = refuse(gate, 0, 5);
    nextTrial(gate);
    assertThat(gate.passesOver(prompt("q0"))).isTrue();

    nextTrial(gate);

    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    var _ = gate.end(begin(gate, "q0"), OK);
    assertThat(gate.room(0)).isGreaterThan(1);
  }

  @Test
  void oneSuccess_endsIt_andThoseRefusedAreAskedOnceMore() {
    CallGate gate = gate();
    var _ = refuse(gate, 0, 5);
    nextTrial(gate);

    var _ = gate.end(begin(gate, "good"), OK);

    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    assertThat(refuse(gate, 0, 4)).extracting(Supplier::get).containsOnly(REFUSED);
    assertThat(gate.end(begin(gate, "q4"), OK).get()).as("mended meanwhile").isEqualTo(OK);
    assertThat(gate.opening()).as("no new suspicion").isEqualTo(Opening.ANY);
  }

  @Test
  void successOfACallThatBeganBefore_saysNothingOfASuspectedModel() {
    CallGate gate = gate();
    Permit before = begin(gate, "slow");
    clock.advance(Duration.ofSeconds(1));
    var _ = refuse(gate, 0, 5);

    var _ = gate.end(before, OK);

    nextTrial(gate);
    assertThat(gate.opening()).isEqualTo(Opening.FRESH);
  }

  @Test
  void badQuestionAmongGoodOnes_isToldWithTheNextAnswer() {
    CallGate gate = gate();
    List<Supplier<Outcome>> told = refuse(gate, 0, 4);
    var _ = gate.end(begin(gate, "good"), OK);

    assertThat(told).extracting(Supplier::get).containsOnly(REFUSED);
    var _ = refuse(gate, 4, 8);
    assertThat(gate.opening()).as("not in a row").isEqualTo(Opening.ANY);
  }

  @Test
  void sameQuestionFiveTimes_isOneQuestion() {
    CallGate gate = gate();
    for (int i = 0; i < 6; i++) {
      var _ = refuse(gate, "q");
    }

    assertThat(refuse(gate, "q").get()).isEqualTo(REFUSED);
    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    assertThat(findings).isEmpty();
  }

  @Test
  void refusalsAreAlike_withoutWhatIsQuotedOrCounted() {
    CallGate gate = gate();
    for (int i = 0; i < 5; i++) {
      var _ =
          gate.end(
              begin(gate, "q" + i),
              new Outcome.Rejected(
                  ErrorCode.MODEL_REJECTED, "400: request req-%d, \"Topic %d\"".formatted(i, i)));
    }
    assertThat(gate.opening()).isEqualTo(Opening.PAUSED);

    CallGate other = gate();
    for (String message : List.of("a", "b", "c", "d", "e")) {
      Permit permit = begin(other, "q" + message);
      var _ = other.end(permit, new Outcome.Rejected(ErrorCode.MODEL_REJECTED, message));
    }
    assertThat(other.opening()).as("each for a reason of its own").isEqualTo(Opening.ANY);
  }

  @Test
  void blockedQuestions_areNeverHeldBack() {
    CallGate gate = gate();
    Outcome blocked = new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY");
    for (int i = 0; i < 9; i++) {
      assertThat(gate.end(begin(gate, "q" + i), blocked).get()).isEqualTo(blocked);
    }
    assertThat(gate.opening()).isEqualTo(Opening.ANY);
  }

  @Test
  void reset_forgetsIt_andTriesAnyQuestion() {
    CallGate gate = gate();
    var _ = refuse(gate, 0, 5);

    gate.reset("google_ai");

    assertThat(gate.takeFreedQuestions()).isTrue();
    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    var _ = gate.end(begin(gate, "q0"), OK);
    assertThat(gate.room(0)).isGreaterThan(1);
  }

  @Test
  void nextModel_takesAllQuestions_exceptForTrials() {
    CallGate gate = gate("google_ai:other");
    var _ = refuse(gate, 0, 5);
    assertThat(gate.opening()).isEqualTo(Opening.ANY);
    assertThat(begin(gate, "q0").model()).isNotSameAs(model);

    nextTrial(gate);

    assertThat(begin(gate, "q1").model()).as("it has refused that one").isNotSameAs(model);
    assertThat(begin(gate, "q5").model()).isSameAs(model);
    assertThat(begin(gate, "q6").model()).as("one trial at a time").isNotSameAs(model);
  }

  @Test
  void misconfiguredQuestion_isAskedAgainAfterAMinute_othersAtOnce() {
    CallGate gate = gate();
    Outcome wrongKey = new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "403");
    var _ = gate.end(begin(gate, "q0"), wrongKey);
    assertThat(gate.passesOver(prompt("q0"))).isTrue();
    assertThat(gate.takeFreedQuestions()).isFalse();
    var _ = gate.end(begin(gate, "q1"), OK);

    clock.advance(Duration.ofSeconds(60));
    gate.tick();

    assertThat(gate.takeFreedQuestions()).isTrue();
    var _ = begin(gate, "q0");
  }

  @Test
  void fiveMisconfiguredQuestions_pauseAModelWithoutABreaker() {
    CallGate gate = gate();
    Outcome wrongKey = new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "403");
    for (int i = 0; i < 5; i++) {
      assertThat(gate.end(begin(gate, "q" + i), wrongKey).get()).isEqualTo(wrongKey);
    }
    assertThat(gate.opening()).isEqualTo(Opening.PAUSED);
    nextTrial(gate);
    var _ = gate.end(begin(gate, "q5"), wrongKey);
    assertThat(gate.tryBegin(prompt("q6"))).isEmpty();
    gate.reset("google_ai");
    var _ = begin(gate, "q0");
  }
}
