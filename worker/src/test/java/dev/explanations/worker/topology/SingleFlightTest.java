package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.logging.GuideLog;
import dev.explanations.worker.task.ExplainTask;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

  @AutoClose private Engine engine = Engine.ready();

  @Test
  void requestsForOneExplanation_shareOneCall() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "  Cells ");
    engine.ask("r-3", "Cells");
    assertThat(engine.lane().offered).hasSize(1);
    assertThat(engine.pending()).isEqualTo(3);

    engine.explain(0);

    List<ExplanationResult> results = engine.results();
    assertThat(results)
        .extracting(ExplanationResult::requestId, ExplanationResult::source)
        .containsExactlyInAnyOrder(
            tuple("r-1", Source.GEMINI),
            tuple("r-2", Source.COALESCED),
            tuple("r-3", Source.COALESCED));
    assertThat(results).extracting(ExplanationResult::text).containsOnly("text 0");
    assertThat(engine.pending()).isZero();
  }

  @Test
  void sameRequestIdTwice_isTwoRequests() {
    engine.ask("r-1", "Cells");
    engine.ask("r-1", "Cells");
    engine.explain(0);

    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void explanationInTheStore_isTheAnswerUntilItsExpiry() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    engine.results();

    engine.advance(Duration.ofMinutes(59));
    engine.ask("r-2", "Cells");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);

    engine.advance(Duration.ofMinutes(1));
    engine.ask("r-3", "Cells");
    assertThat(engine.results()).isEmpty();
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void fewWaiters_doNotWaitForManyOfAnotherKey() {
    for (int i = 0; i < 4 * ExplainTask.STEP; i++) {
      engine.ask("r-" + i, "Hot");
    }
    engine.ask("other", "Cells");
    engine.explain(0);
    assertThat(engine.results()).hasSize(ExplainTask.STEP);

    engine.explain(1);

    assertThat(engine.results()).extracting(ExplanationResult::requestId).contains("other");
    engine.settle();
    assertThat(engine.pending()).isZero();
  }

  @Test
  void looks_areLogged_inTheWordsOfTheGuide() {
    try (CapturedLog log = new CapturedLog()) {
      engine.ask("r-1", "Cells");
      GuideLog.hasLine(log, "Cache miss");
      engine.explain(0);
      engine.ask("r-2", "Cells");

      GuideLog.hasLine(log, "Cache hit");
      assertThat(log.all()).contains("tier=state_store");
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void expiredExplanations_areDeleted() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    assertThat(size("explanations")).isEqualTo(1);

    engine.advance(Duration.ofMinutes(60).plusSeconds(2));

    assertThat(size("explanations")).isZero();
    assertThat(size("timers")).as("but for two end marks").isEqualTo(2);
    assertThat(size("pending")).isZero();
  }

  @Test
  void entriesBeyondTheLimit_pushOutThoseThatExpireFirst() {
    engine.close();
    engine = Engine.ready(Engine.withCacheEntries(3));
    for (int i = 0; i < 5; i++) {
      engine.ask("r-" + i, "Subject " + i);
      engine.explain(i);
      engine.advance(Duration.ofSeconds(1));
    }
    assertThat(size("explanations")).isEqualTo(3);
    engine.results();

    engine.ask("again", "Subject 4");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);
    engine.ask("again", "Subject 0");
    assertThat(engine.lane().offered).hasSize(6);
  }

  @Test
  void hotKey_isAnsweredInSteps() {
    for (int i = 0; i < 1_000; i++) {
      engine.ask("r-" + i, "Cells");
    }
    engine.explain(0);
    int first = engine.results().size();
    assertThat(first).isBetween(100, 500);

    engine.settle();

    assertThat(first + engine.results().size()).isEqualTo(1_000);
    assertThat(engine.lane().offered).hasSize(1);
    assertThat(engine.pending()).isZero();
  }

  private int size(String store) {
    int size = 0;
    try (var all = engine.driver.getKeyValueStore(store).all()) {
      while (all.hasNext()) {
        all.next();
        size++;
      }
    }
    return size;
  }
}
