package dev.explanations.worker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.policy.PromptFile;
import dev.explanations.worker.task.ExplainTask;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A task moves to a worker with another model, as in a rolling restart. */
class ModelChangeTest {

  private static final String OLD = "gemini-test";
  private static final String NEW = "gemini-new";
  private static final byte[] CELLS =
      "{\"requestId\":\"r\",\"topic\":\"Biology\",\"subtopic\":\"Cells\"}".getBytes(UTF_8);
  private static final ExplanationRequest REQUEST = new RequestDecoder().read(null, CELLS, null);
  private static final String OLD_KEY = key(OLD);
  private static final String NEW_KEY = key(NEW);

  @AutoClose private Engine engine = Engine.ready();

  private static String model(ExplanationResult result) {
    return Objects.requireNonNull(result.explanation()).model();
  }

  private static String key(String model) {
    return CacheKey.of(REQUEST, model, PromptFile.DEFAULT_VERSION).value();
  }

  /** Keys of a store, in order. */
  private List<String> keys(String store) {
    TreeMap<String, byte[]> keys = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all =
        engine.driver.<String, byte[]>getKeyValueStore(store).all()) {
      all.forEachRemaining(entry -> keys.put(entry.key, entry.value));
    }
    return List.copyOf(keys.keySet());
  }

  private void reportOld(Outcome outcome) {
    engine.report(OLD_KEY, engine.ended("call-0", outcome));
  }

  /** Its place among the waiters is before what the verdict has reached. */
  @Test
  void requestMovedToAKeyWhoseVerdictIsBeingHandedOut_isAnsweredToo() {
    engine.close();
    engine = Engine.ready(Engine.withRoomInMemory());
    engine.ask("moved", "Cells");
    engine.end(0, new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"));
    engine.moveTo(NEW);
    engine.lane().room = 1;
    engine.passBarrier();
    int others = ExplainTask.STEP + 50;
    for (int i = 0; i < others; i++) {
      engine.ask("r-" + i, "Cells");
    }
    engine.advance(Duration.ofSeconds(5));

    engine.explain(0);
    engine.settle();

    assertThat(engine.results()).hasSize(others + 1);
    assertThat(engine.pending()).isZero();
  }

  private void moveWithRunningCall() {
    engine.moveTo(NEW);
    engine.report(
        "",
        new Handoff(
            List.of(new RunningCall(OLD_KEY, "call-0", engine.now().plusSeconds(60))), null));
    engine.passBarrier();
  }

  @Test
  void requests_meetByTheHashOfTheirQuestion_alsoOnTheRetryTopic() {
    engine.lane().shut = true;
    engine.ask("r-1", "Cells");

    byte[] question = FoldedHashes.ofQuestion(REQUEST).getBytes(UTF_8);
    assertThat(engine.accepted.readRecord().key()).isEqualTo(question);
    assertThat(engine.retries.readRecord().key()).isEqualTo(question);
  }

  @Test
  void whatWaits_isAskedForUnderTheNewKey_once_andAnsweredOnce() {
    engine.lane().room = 0;
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    assertThat(keys("pending")).allMatch(id -> id.startsWith(OLD_KEY));

    engine.moveTo(NEW);
    engine.passBarrier();

    assertThat(engine.lane().offered)
        .extracting(FakeLane.Offered::cacheKey)
        .containsExactly(NEW_KEY);
    engine.end(0, Engine.explained("new text", NEW));
    engine.settle();
    assertThat(engine.results())
        .extracting(ExplanationResult::requestId, ModelChangeTest::model)
        .containsExactlyInAnyOrder(tuple("r-1", NEW), tuple("r-2", NEW));
    assertThat(keys("explanations")).containsExactly(NEW_KEY);
    assertThat(keys("pending")).isEmpty();
    assertThat(engine.pending()).isZero();
  }

  @Test
  void callOfTheOldModel_answersThoseItWasMadeFor_andNobodyElse() {
    engine.ask("r-1", "Cells");
    moveWithRunningCall();
    engine.ask("r-2", "Cells");
    reportOld(Engine.explained("old text", OLD));

    ExplanationResult first = engine.result();
    assertThat(first.requestId()).isEqualTo("r-1");
    assertThat(model(first)).isEqualTo(OLD);
    assertThat(keys("explanations")).containsExactly(OLD_KEY);

    assertThat(engine.lane().offered)
        .extracting(FakeLane.Offered::cacheKey)
        .containsExactly(NEW_KEY);
    engine.end(0, Engine.explained("new text", NEW));
    assertThat(model(engine.result())).isEqualTo(NEW);
    engine.ask("r-3", "Cells");
    assertThat(engine.result().text()).isEqualTo("new text");
  }

  @Test
  void lateOutcomeOfTheOldModel_answersNobody() {
    engine.ask("r-1", "Cells");
    engine.moveTo(NEW);
    engine.passBarrier();
    reportOld(Engine.explained("old text", OLD));

    assertThat(engine.results()).isEmpty();
    engine.end(0, Engine.explained("new text", NEW));
    assertThat(engine.result().text()).isEqualTo("new text");
  }

  @Test
  void failedCallOfTheOldModel_isRepeatedWithTheNewOne() {
    engine.ask("r-1", "Cells");
    moveWithRunningCall();
    reportOld(new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503"));
    engine.advance(Duration.ofSeconds(5));

    assertThat(engine.lane().offered)
        .extracting(FakeLane.Offered::cacheKey)
        .containsExactly(NEW_KEY);
    engine.end(0, Engine.explained("new text", NEW));
    assertThat(engine.result().attempts()).isEqualTo(2);
  }

  @Test
  void retryRecord_isFiledUnderTheOwnersKey_whateverKeyItHas() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(HeaderNames.ORIGIN, "requests/0/7".getBytes(UTF_8));
    headers.add(HeaderNames.NOT_BEFORE, "0".getBytes(UTF_8));
    engine.retriesIn.pipeInput(new TestRecord<>(OLD_KEY.getBytes(UTF_8), CELLS, headers, 5L));
    engine.explain(0);

    assertThat(keys("explanations")).containsExactly(OLD_KEY);
    engine.moveTo(NEW);
    engine.passBarrier();
    engine.retriesIn.pipeInput(new TestRecord<>(OLD_KEY.getBytes(UTF_8), CELLS, headers, 5L));

    assertThat(engine.lane().offered)
        .extracting(FakeLane.Offered::cacheKey)
        .containsExactly(NEW_KEY);
  }
}
