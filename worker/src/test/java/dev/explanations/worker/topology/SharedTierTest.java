package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the task does with a second tier of the cache. */
class SharedTierTest {

  @AutoClose private Engine engine = Engine.ready();

  @BeforeEach
  void start() {
    engine.lane().looksUp = true;
  }

  private static final Outcome FOUND = new Outcome.Found(Engine.explained("found").explanation());

  private OutcomeRecord.CallEnded found(String callId, Duration left) {
    Validity validity = engine.ended(callId, FOUND).validity();
    return new OutcomeRecord.CallEnded(
        callId,
        FOUND,
        new Validity(validity.hashes(), validity.generation(), Engine.START.plus(left)));
  }

  private void endFound(int call, Duration left) {
    FakeLane.Offered offered = engine.lane().offered.get(call);
    engine.report(offered.cacheKey(), found(offered.callId(), left));
  }

  @Test
  void hit_answersAllThatWait_andWasNoCall() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    endFound(0, Duration.ofMinutes(30));

    assertThat(engine.results())
        .extracting(ExplanationResult::source, ExplanationResult::attempts)
        .containsExactlyInAnyOrder(tuple(Source.REDIS, 0), tuple(Source.COALESCED, 0));
  }

  @Test
  void hit_livesInTheStoreNoLongerThanItWouldHaveElsewhere() {
    engine.ask("r-1", "Cells");
    endFound(0, Duration.ofMinutes(30));
    engine.results();
    engine.advance(Duration.ofMinutes(30).minusMillis(1));
    engine.ask("r-2", "Cells");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);

    engine.advance(Duration.ofMillis(1));
    engine.ask("r-3", "Cells");

    assertThat(engine.results()).isEmpty();
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void requestThatFindsNoSlot_isLookedUpAllTheSame() {
    engine.lane().room = 0;
    engine.ask("r-1", "Cells");
    assertThat(engine.lane().lookedAhead).hasSize(1);
    engine.lane().paused = true;
    engine.ask("r-2", "Atoms");
    assertThat(engine.lane().lookedAhead).hasSize(2);

    engine.report(engine.lane().lookedAhead.getFirst(), found("look-up", Duration.ofMinutes(1)));

    assertThat(engine.result().requestId()).isEqualTo("r-1");
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void requestThatIsOfferedAtOnce_needsNoLookUpOfItsOwn() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    assertThat(engine.lane().lookedAhead).isEmpty();
  }

  @Test
  void whileTheGateIsShut_requestsAreLookedUpFirst() {
    engine.lane().shut = true;
    engine.lane().shutUntil = Instant.MAX;
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells", ",\"onUnavailable\":\"fail\"");
    engine.ask("r-3", "Atoms");
    assertThat(engine.retries.isEmpty()).isTrue();
    assertThat(engine.lane().offered).hasSize(2);

    endFound(0, Duration.ofMinutes(1));
    assertThat(engine.results())
        .extracting(ExplanationResult::status)
        .containsExactly(Status.EXPLAINED, Status.EXPLAINED);

    FakeLane.Offered missed = engine.lane().offered.get(1);
    engine.report(missed.cacheKey(), new OutcomeRecord.Postponed(missed.callId()));
    TestRecord<byte[], byte[]> retry = engine.retries.readRecord();
    assertThat(Engine.header(retry, HeaderNames.ERROR)).isEqualTo("circuit_breaker_open");
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.lane().offered).as("looked up once").hasSize(2);
    assertThat(engine.retries.isEmpty()).isTrue();
  }

  @Test
  void whileTheGateIsShut_aMissAnswersThoseThatDoNotWait_alsoWhenThereAreMany() {
    engine.lane().shut = true;
    for (int i = 0; i < 600; i++) {
      engine.ask("r-" + i, "Cells", ",\"onUnavailable\":\"fail\"");
    }
    FakeLane.Offered missed = engine.lane().offered.getFirst();
    engine.report(missed.cacheKey(), new OutcomeRecord.Postponed(missed.callId()));
    engine.settle();

    assertThat(engine.results())
        .hasSize(600)
        .extracting(ExplanationResult::status)
        .containsOnly(Status.UNAVAILABLE);
    assertThat(engine.lane().offered).as("one look-up for all").hasSize(1);
    assertThat(engine.pending()).isZero();
  }
}
