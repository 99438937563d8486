package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Wake;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What clears and invalidations do to a task, whenever they come. */
class GenerationTest {

  private static final String BIOLOGY = FoldedHashes.ofTopic("Biology");

  @AutoClose private Engine engine = Engine.ready();
  private long offset = 100;

  /** Another command takes effect, between two records. */
  private void order(Command command) {
    engine.cacheState = CacheStates.after(engine.cacheState, ++offset, engine.now(), command);
  }

  private void clear() {
    order(new ClearCache());
  }

  private static Command invalidate(Kind kind, String hash) {
    return new InvalidateCache(new Target(kind, hash));
  }

  private List<String> stored() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all =
        engine.driver.<String, byte[]>getKeyValueStore("explanations").all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }

  /** Ends the n-th call, which began at that time. */
  private void end(int call, String text, Generation began) {
    FakeLane.Offered offered = engine.lane().offered.get(call);
    engine.report(
        offered.cacheKey(), engine.ended(offered.callId(), Engine.explained(text), began));
  }

  private Generation now() {
    return engine.cacheState.generation();
  }

  @Test
  void entry_isServedUntilAClear_andWhatIsCalledForThenIsServed() {
    engine.ask("r-1", "Cells");
    end(0, "old", now());
    engine.ask("r-2", "Cells");
    assertThat(engine.results()).extracting(ExplanationResult::text).containsExactly("old", "old");

    clear();
    engine.ask("r-3", "Cells");
    assertThat(engine.results()).isEmpty();
    end(1, "new", now());
    engine.ask("r-4", "Cells");

    assertThat(engine.results()).extracting(ExplanationResult::text).containsExactly("new", "new");
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void invalidation_concernsWhatItNames() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Atoms");
    engine.explain(0);
    engine.explain(1);
    engine.results();

    order(invalidate(Kind.EXPLANATION, engine.lane().offered.getFirst().hashes().question()));
    engine.ask("r-3", "Cells");
    engine.ask("r-4", "Atoms");
    assertThat(engine.result().requestId()).isEqualTo("r-4");

    order(invalidate(Kind.TOPIC, FoldedHashes.ofTopic("Physics")));
    engine.ask("r-5", "Atoms");
    assertThat(engine.result().requestId()).isEqualTo("r-5");

    order(invalidate(Kind.TOPIC, BIOLOGY));
    engine.ask("r-6", "Atoms");
    assertThat(engine.results()).isEmpty();
    assertThat(engine.lane().offered).hasSize(4);
  }

  @Test
  void invalidationOfAnExplanation_concernsEveryCaseOfIt() {
    engine.ask("r-1", "CO");
    engine.ask("r-2", "Co");
    engine.ask("r-3", "C");
    engine.explain(0);
    engine.explain(1);
    engine.explain(2);
    assertThat(engine.results())
        .extracting(ExplanationResult::text)
        .containsExactly("text 0", "text 1", "text 2");

    order(invalidate(Kind.EXPLANATION, engine.lane().offered.getFirst().hashes().question()));
    engine.ask("r-4", "CO");
    engine.ask("r-5", "Co");
    assertThat(engine.results()).isEmpty();
    engine.ask("r-6", "C");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);
    assertThat(engine.lane().offered).hasSize(5);
  }

  @Test
  void callThatBeganBeforeAClear_answersThoseBefore_isKeptNowhere_andLaterOnesGetANewCall() {
    Generation before = now();
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    clear();
    engine.ask("r-3", "Cells");
    engine.ask("r-4", "Cells");
    assertThat(engine.lane().offered).as("one flight for a key").hasSize(1);

    end(0, "old", before);

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactlyInAnyOrder("r-1", "r-2");
    assertThat(stored()).isEmpty();
    assertThat(engine.lane().offered).hasSize(2);
    end(1, "new", now());
    assertThat(engine.results()).extracting(ExplanationResult::text).containsExactly("new", "new");
    assertThat(engine.pending()).isZero();
    assertThat(stored()).hasSize(1);
  }

  @Test
  void callThatBeganAfterAClear_answersAllThatWait() {
    engine.lane().room = 0;
    engine.ask("r-1", "Cells");
    clear();
    engine.ask("r-2", "Cells");
    engine.lane().room = 1;
    engine.advance(Duration.ofSeconds(1));

    end(0, "new", now());

    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void callBetweenTwoClears_answersThoseBetweenThem() {
    clear();
    engine.ask("r-1", "Cells");
    Generation between = now();
    order(invalidate(Kind.TOPIC, BIOLOGY));
    engine.ask("r-2", "Cells");

    end(0, "between", between);

    assertThat(engine.result().requestId()).isEqualTo("r-1");
    assertThat(engine.pending()).isEqualTo(1);
  }

  @Test
  void entryFoundBeforeAClear_isServedToNobody_andLookedForAgain() {
    engine.ask("r-1", "Cells");
    FakeLane.Offered offered = engine.lane().offered.getFirst();
    CallEnded found =
        engine.ended(
            offered.callId(), new Outcome.Found(Engine.explained("old").explanation()), now());
    clear();

    engine.report(offered.cacheKey(), found);

    assertThat(engine.results()).isEmpty();
    assertThat(stored()).isEmpty();
    assertThat(engine.lane().offered).hasSize(2);
    end(1, "new", now());
    assertThat(engine.result().text()).isEqualTo("new");
  }

  @Test
  void clearWhileManyAreAnswered_endsThat_forAnEntry_andNotForACall() {
    for (int i = 0; i < 300; i++) {
      engine.ask("r-" + i, "Cells");
      engine.ask("s-" + i, "Atoms");
    }
    FakeLane.Offered cells = engine.lane().offered.get(0);
    Outcome entry = new Outcome.Found(Engine.explained("old").explanation());
    engine.report(cells.cacheKey(), engine.ended(cells.callId(), entry, now()));
    int served = engine.results().size();
    assertThat(served).isBetween(1, 299);
    clear();
    engine.settle();
    assertThat(engine.results()).isEmpty();
    assertThat(engine.lane().offered).hasSize(3);

    Generation before = now();
    end(1, "called for", before);
    int answered = engine.results().size();
    assertThat(answered).isBetween(1, 299);
    clear();
    engine.settle();
    assertThat(engine.results())
        .hasSize(300 - answered)
        .extracting(ExplanationResult::text)
        .containsOnly("called for");

    end(2, "new", now());
    engine.settle();
    assertThat(engine.results())
        .hasSize(300 - served)
        .extracting(ExplanationResult::text)
        .containsOnly("new");
    assertThat(engine.pending()).isZero();
    assertThat(engine.lane().offered).hasSize(3);
  }

  @Test
  void answerThatWasOnItsWayForLong_isServedToThoseWhoWait_andNotKept() {
    engine.ask("r-1", "Cells");
    FakeLane.Offered offered = engine.lane().offered.getFirst();
    CallEnded ended = engine.ended(offered.callId(), Engine.explained("late"), now());
    Validity validity = ended.validity();

    engine.report(
        offered.cacheKey(),
        new CallEnded(
            ended.callId(),
            ended.outcome(),
            new Validity(validity.hashes(), validity.generation(), engine.now())));

    assertThat(engine.result().source()).isEqualTo(Source.GEMINI);
    assertThat(stored()).isEmpty();
  }

  @Test
  void answerOfAnOlderVersion_isServedToThoseWhoWait_andNotKept() {
    engine.ask("r-1", "Cells");
    FakeLane.Offered offered = engine.lane().offered.getFirst();

    engine.report(
        offered.cacheKey(),
        new CallEnded(offered.callId(), Engine.explained("old"), Validity.NONE));

    assertThat(engine.result().text()).isEqualTo("old");
    assertThat(stored()).isEmpty();
  }

  @Test
  void whenTheControlTopicBeginsAnew_entriesAreVoid_andWhatWaitsIsAnswered() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    engine.results();
    clear();
    engine.ask("r-2", "Cells");

    engine.cacheState = CacheStates.inTopic(engine.cacheState, "log-2");
    engine.ask("r-3", "Cells");
    end(1, "new", now());

    assertThat(engine.results()).extracting(ExplanationResult::text).containsExactly("new", "new");
  }

  @Test
  void whatIsVoid_isDeletedInSteps_andNothingElse() {
    for (int i = 0; i < 300; i++) {
      engine.ask("r-" + i, "Old " + i);
      engine.explain(i);
    }
    clear();
    engine.ask("r-new", "New");
    engine.explain(300);
    assertThat(stored()).hasSize(301);
    engine.report("", new Wake());

    engine.advance(Duration.ofMillis(2));
    assertThat(stored()).hasSizeBetween(40, 100);
    engine.settle();

    assertThat(stored()).containsExactly(engine.lane().offered.getLast().cacheKey());
    engine.results();
    engine.ask("r-again", "New");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);
    // expiry finds no trace of what was deleted
    engine.advance(Engine.TTL.plusSeconds(2));
    engine.settle();
    assertThat(stored()).isEmpty();
    assertThat(engine.counter("explanations")).isZero();
  }

  @Test
  void clearDuringASweep_isSweptForAsWell() {
    for (int i = 0; i < 300; i++) {
      engine.ask("r-" + i, "Old " + i);
      engine.explain(i);
    }
    order(invalidate(Kind.TOPIC, FoldedHashes.ofTopic("Physics")));
    engine.report("", new Wake());
    engine.advance(Duration.ofMillis(2));
    clear();
    engine.settle();

    assertThat(stored()).isEmpty();
  }
}
