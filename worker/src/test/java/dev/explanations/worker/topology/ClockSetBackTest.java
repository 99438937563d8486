package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.explanation.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Times that were written before the clock was set back by 50 minutes, read afterwards. */
class ClockSetBackTest {

  private static final Duration BACK = Duration.ofMinutes(50);

  @AutoClose private Engine engine = Engine.ready();

  @Test
  void whatWaits_isCalledForAtOnce_afterAStart() {
    try (Engine ahead = Engine.ready()) {
      ahead.advance(BACK);
      ahead.lane().paused = true;
      for (int i = 0; i < 600; i++) {
        ahead.ask("r-" + i, "Cells " + i / 2);
      }
      Stream.of("pending", "timers", "counters").forEach(store -> copy(store, ahead, engine));
    }

    engine.revive();
    engine.passBarrier();
    engine.settle();

    assertThat(engine.lane().offered).hasSize(300);
    engine.explain(0);
    assertThat(engine.results()).hasSize(2);
  }

  @Test
  void whatComesBackFromTheRetryTopic_isCalledForAtOnce() {
    engine.lane().shut = true;
    engine.ask("r-1", "Cells");
    TestRecord<byte[], byte[]> retry = engine.retries.readRecord();
    engine.lane().shut = false;
    later(retry, HeaderNames.NOT_BEFORE);
    later(retry, HeaderNames.FIRST_SEEN);

    engine.retriesIn.pipeInput(retry);
    assertThat(engine.lane().offered).hasSize(1);
    engine.advance(Engine.REQUESTS.timeout());

    // the time limit began when it came back, not in the future
    assertThat(engine.result().error()).isEqualTo(ErrorCode.CIRCUIT_BREAKER_OPEN);
  }

  @Test
  void callThatWasHandedOver_isMissedAfterTheTimeLimitOfACall() {
    engine.ask("r-1", "Cells");
    FakeLane.Offered running = engine.lane().offered.getFirst();
    engine.revive();
    engine.report(
        "",
        new OutcomeRecord.Handoff(
            List.of(new RunningCall(running.cacheKey(), running.callId(), engine.now().plus(BACK))),
            null));
    engine.passBarrier();
    assertThat(engine.lane().offered).isEmpty();
    int marks = engine.lane().marks.size();

    engine.advance(Engine.EXPLAIN.callTimeout().plusSeconds(15));

    // a marker asks for it
    assertThat(engine.lane().marks).hasSize(marks + 1);
  }

  private static void copy(String store, Engine from, Engine to) {
    try (KeyValueIterator<Object, Object> entries = from.driver.getKeyValueStore(store).all()) {
      entries.forEachRemaining(it -> to.driver.getKeyValueStore(store).put(it.key, it.value));
    }
  }

  private static void later(TestRecord<byte[], byte[]> record, String header) {
    long millis = Long.parseLong(Objects.requireNonNull(Engine.header(record, header)));
    record.headers().remove(header);
    record
        .headers()
        .add(header, Long.toString(millis + BACK.toMillis()).getBytes(StandardCharsets.UTF_8));
  }
}
