package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.task.ExplainTask;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What is told of requests, and how long they wait. */
class FlowListenerTest {

  @Test
  void listener_hearsEverything_once() {
    try (Engine engine = Engine.ready()) {
      engine.ask("r-1", "Calvin cycle");
      engine.ask("r-2", "Calvin cycle");
      engine.explain(0);
      engine.ask("r-3", "Calvin cycle");
      engine.askRaw(null, new byte[] {'x'}, new RecordHeaders());

      assertThat(engine.listener.heard)
          .containsExactly(
              "received",
              "miss",
              "received",
              "miss",
              "stored",
              "EXPLAINED COALESCED",
              "EXPLAINED GEMINI",
              "received",
              "EXPLAINED STATE_STORE",
              "hit 30",
              "received",
              "dead letter INVALID_REQUEST");
      assertThat(engine.totals.storedExplanations()).isEqualTo(1);
    }
  }

  @Test
  void listener_hearsOfRetries_andOfTheEnd() {
    try (Engine engine = Engine.ready()) {
      engine.ask("r-1", "Calvin cycle");
      engine.end(0, new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late"));
      assertThat(engine.listener.heard).contains("retried MODEL_TIMEOUT");

      engine.ask("r-2", "Glycolysis");
      engine.end(1, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "no"));
      assertThat(engine.listener.heard).contains("REJECTED null", "dead letter CONTENT_BLOCKED");
    }
  }

  @Test
  void oldestPending_isRightWhatEverComesAndGoesWhileWhatWaitedIsLookedAt() {
    try (Engine engine = Engine.ready()) {
      engine.lane().room = 0;
      int waiting = 3 * ExplainTask.STEP;
      for (int i = 0; i < waiting; i++) {
        engine.ask("r-" + i, "Subject " + i, ",\"deadline\":\"2026-11-23T12:01:00Z\"");
      }
      engine.advance(Duration.ofSeconds(10));
      engine.revive();
      for (int i = 0; i < 10; i++) {
        engine.ask("later-" + i, "Later " + i);
      }
      engine.settle();
      assertThat(engine.totals.oldestPending()).contains(Engine.START);

      engine.advance(Duration.ofMinutes(1));
      engine.settle();

      assertThat(engine.pending()).isEqualTo(10);
      assertThat(engine.totals.oldestPending()).contains(Engine.START.plusSeconds(10));
    }
  }

  @Test
  void oldestPending_isTheFirstThatWaits_alsoAfterARestart() {
    try (Engine engine = Engine.ready()) {
      assertThat(engine.totals.oldestPending()).isEmpty();
      engine.ask("r-1", "Calvin cycle");
      engine.advance(Duration.ofSeconds(10));
      engine.ask("r-2", "Glycolysis");
      assertThat(engine.totals.oldestPending()).contains(Engine.START);

      engine.revive();
      assertThat(engine.totals.oldestPending()).contains(Engine.START);
      engine.passBarrier();
      engine.explain(0);
      assertThat(engine.totals.oldestPending()).contains(Engine.START.plusSeconds(10));
      engine.explain(1);
      assertThat(engine.totals.oldestPending()).isEmpty();
    }
  }
}
