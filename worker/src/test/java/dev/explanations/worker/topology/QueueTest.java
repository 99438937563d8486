package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.task.ExplainTask;
import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class QueueTest {

  @AutoClose private Engine engine = Engine.ready();

  @Test
  void whatFindsNoRoom_waitsInOrder() {
    engine.lane().room = 2;
    for (int i = 0; i < 6; i++) {
      engine.ask("r-" + i, "Subject " + i);
      engine.advance(Duration.ofMillis(1));
    }
    assertThat(engine.lane().offered).hasSize(2);

    for (int call = 0; call < 6; call++) {
      engine.explain(call);
    }

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactly("r-0", "r-1", "r-2", "r-3", "r-4", "r-5");
  }

  @Test
  void roomThatOthersGaveBack_isFoundWithoutARecord() {
    engine.lane().room = 0;
    engine.ask("r-1", "Cells");
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.lane().offered).isEmpty();

    engine.lane().room = 1;
    engine.advance(Duration.ofMillis(300));

    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void retryDueEarlierThanWhatWaits_isTakenFirst() {
    engine.ask("r-1", "Retried");
    engine.end(0, new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"));
    engine.lane().room = 0;
    engine.ask("r-2", "Before");
    engine.advance(Duration.ofMillis(1_001));
    engine.ask("r-3", "After");
    engine.lane().room = 3;
    engine.advance(Duration.ofSeconds(2));

    assertThat(engine.lane().offered)
        .extracting(o -> o.prompt().userText())
        .satisfiesExactly(
            first -> assertThat(first).contains("Retried"),
            second -> assertThat(second).contains("Before"),
            third -> assertThat(third).contains("Retried"),
            fourth -> assertThat(fourth).contains("After"));
  }

  @Test
  void requestThatFindsRoom_costsTheQueueTwoRecords() {
    for (int i = 0; i < Engine.IN_MEMORY; i++) {
      engine.ask("r-" + i, "Subject " + i);
    }
    assertThat(written("pending")).isEqualTo(Engine.IN_MEMORY);
    for (int i = 0; i < Engine.IN_MEMORY; i++) {
      engine.explain(i);
    }
    assertThat(written("pending")).as("tombstones").isEqualTo(Engine.IN_MEMORY);
    assertThat(written("timers"))
        .as("of the explanations, and two end marks")
        .isEqualTo(Engine.IN_MEMORY + 2);
  }

  @Test
  void requestBeyondWhatFitsIntoMemory_isIndexedInTheStore() {
    engine.lane().room = 0;
    for (int i = 0; i < Engine.IN_MEMORY; i++) {
      engine.ask("r-" + i, "Subject " + i);
    }
    assertThat(written("timers")).isZero();

    engine.ask("beyond", "Another");

    assertThat(written("timers")).as("due and deadline, two end marks each").isEqualTo(6);
  }

  @Test
  void requestsForOneExplanation_expireWithoutMovingUpOneByOne() {
    engine.lane().room = 0;
    int waiters = 3 * ExplainTask.STEP;
    for (int i = 0; i < waiters; i++) {
      engine.ask("r-" + i, "Cells");
    }
    int arrivals = written("pending");

    engine.advance(Engine.REQUESTS.timeout());
    engine.settle();

    assertThat(engine.results()).hasSize(waiters);
    assertThat(arrivals).isEqualTo(waiters + 1);
    assertThat(written("pending"))
        .as("a tombstone each, and a head each step")
        .isLessThan(waiters + 10);
  }

  private int written(String store) {
    var bytes = new ByteArrayDeserializer();
    return engine
        .driver
        .createOutputTopic("test-" + store + "-changelog", bytes, bytes)
        .readRecordsToList()
        .size();
  }

  @Test
  void idleTask_asksForNoWakeUps() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    assertThat(engine.lane().satisfied).isTrue();
    assertThat(engine.pending()).isZero();
  }

  @Test
  void everyRecordThatIsWritten_hasTheWallClocksTime() {
    engine.ask("r-1", "Cells");
    engine.advance(Duration.ofSeconds(1));
    engine.end(0, new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"));
    engine.advance(Duration.ofSeconds(2));
    engine.explain(1);
    engine.ask("r-2", "Cells");
    engine.ask("bad", "Cells", ",\"detail\":7");
    engine.advance(Duration.ofHours(2));

    long start = Engine.START.toEpochMilli();
    int changelogRecords = 0;
    for (String topic : engine.driver.producedTopicNames()) {
      var bytes = new ByteArrayDeserializer();
      for (var record : engine.driver.createOutputTopic(topic, bytes, bytes).readRecordsToList()) {
        assertThat(record.timestamp()).as(topic).isNotNull().isGreaterThanOrEqualTo(start);
        changelogRecords += topic.endsWith("-changelog") ? 1 : 0;
      }
    }
    assertThat(changelogRecords).isGreaterThan(10);
  }
}
