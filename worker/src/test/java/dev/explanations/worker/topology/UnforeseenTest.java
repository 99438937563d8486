package dev.explanations.worker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDBException;

/** What nobody foresaw, in a record, in its surroundings, and in what a store holds. */
class UnforeseenTest {

  private static final String ID = "\"requestId\":\"%s\"";

  private Engine engine = Engine.ready();

  /** As after the task's death: what it did is undone, its offset is not committed. */
  private void startAgain() {
    Faults faults = engine.faults;
    stop();
    engine = new Engine(UnaryOperator.identity(), Tracing.OFF, faults).passBarrier();
  }

  @AfterEach
  void stop() {
    try {
      engine.close();
    } catch (RuntimeException e) {
      // a task that has died does not close in order
    }
  }

  static List<Throwable> faultsOfARecord() {
    return List.of(
        new IllegalStateException("odd"),
        new ClassCastException("odd"),
        new ArithmeticException("odd"),
        new StackOverflowError());
  }

  static List<Throwable> faultsOfTheSurroundings() {
    return List.of(
        new KafkaException("odd"),
        new ProcessorStateException(
            "Error while putting", new RocksDBException("No space left on device")),
        new java.io.UncheckedIOException(new java.io.IOException("No space left on device")),
        new NoClassDefFoundError("Odd"),
        new OutOfMemoryError("not a real one"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfARecord")
  void recordThatIntakeFailsOver_isADeadLetter_andTheNextIsTaken(Throwable fault) {
    engine.listener.throwing.put("received", fault);
    engine.ask("bad", "Cells");
    engine.listener.throwing.clear();
    engine.ask("good", "Atoms");
    engine.explain(0);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("internal_error");
    assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
    assertThat(new String(letter.value(), UTF_8)).contains(ID.formatted("bad"));
    assertThat(engine.deadLetters.isEmpty()).isTrue();
    List<ExplanationResult> results = engine.results();
    assertThat(results).extracting(ExplanationResult::requestId).containsExactly("bad", "good");
    assertThat(results.getFirst().status()).isEqualTo(Status.REJECTED);
    assertThat(results.getFirst().error()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(engine.faults.count(Faults.Kind.INTAKE_FAILED)).isEqualTo(1);
    assertThat(engine.faults.lastInternal()).isPresent();
  }

  @Test
  void failureBetweenTheTwoRecordsOfARefusal_sendsEachOnce() {
    engine.listener.throwing.put("dead letter INVALID_REQUEST", new IllegalStateException("odd"));
    engine.askRaw(null, "{\"requestId\":\"bad\"}".getBytes(UTF_8), new RecordHeaders());

    assertThat(engine.result().error()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(engine.deadLetters.readRecordsToList())
        .singleElement()
        .extracting(Engine::reason)
        .isEqualTo("internal_error");
  }

  @ParameterizedTest
  @MethodSource("faultsOfTheSurroundings")
  void whatItsSurroundingsAreToBlameFor_makesNoDeadLetter(Throwable fault) {
    for (String step : List.of("received", "miss")) {
      for (int i = 0; i < 5; i++) {
        engine.listener.throwing.put(step, fault);
        assertThatThrownBy(() -> engine.ask("r", "Cells")).isInstanceOf(RuntimeException.class);
        assertThat(engine.deadLetters.isEmpty()).isTrue();
        startAgain();
      }
    }
    engine.ask("r", "Cells");
    engine.explain(0);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);
    assertThat(engine.faults.lastInternal()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faultsOfARecord")
  void recordThatATaskHasDiedOfThreeTimes_isTakenOut(Throwable fault) {
    for (int i = 0; i < 3; i++) {
      engine.listener.throwing.put("miss", fault);
      assertThatThrownBy(() -> engine.ask("bad", "Cells")).hasStackTraceContaining("RecordFailure");
      assertThat(engine.deadLetters.isEmpty()).isTrue();
      startAgain();
    }
    engine.listener.throwing.put("miss", fault);
    engine.ask("bad", "Cells");
    engine.listener.throwing.clear();
    engine.ask("good", "Atoms");
    engine.explain(0);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("internal_error");
    assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
    List<ExplanationResult> results = engine.results();
    assertThat(results).extracting(ExplanationResult::requestId).containsExactly("bad", "good");
    assertThat(results.getFirst().status()).isEqualTo(Status.REJECTED);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void corruptEntry_isTakenOutByItsKey_andTheThousandBehindItAreAnswered() {
    engine.lane().room = 0;
    engine.ask("bad", "Cells");
    for (int i = 0; i < 1_000; i++) {
      engine.ask("r" + i, "Subtopic " + i);
    }
    corrupt("bad", bytes -> Arrays.copyOf(bytes, bytes.length - 20));
    engine.revive();
    engine.passBarrier();
    engine.settle();
    for (int i = 0; i < 1_000; i++) {
      engine.explain(i);
    }
    engine.settle();

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("internal_error");
    assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
    assertThat(new String(letter.value(), UTF_8)).contains(ID.formatted("bad"));
    assertThat(engine.deadLetters.isEmpty()).isTrue();
    Map<Status, Long> results =
        engine.results().stream()
            .collect(Collectors.groupingBy(ExplanationResult::status, Collectors.counting()));
    assertThat(results).isEqualTo(Map.of(Status.REJECTED, 1L, Status.EXPLAINED, 1_000L));
    assertThat(engine.pending()).isZero();
  }

  @Test
  void corruptHead_isFollowedByTheNextOfItsExplanation() {
    engine.lane().room = 0;
    engine.ask("bad", "Cells");
    engine.ask("second", "Cells");
    engine.ask("third", "Cells");
    corrupt("bad", bytes -> new byte[] {(byte) 0xff});
    engine.revive();
    engine.passBarrier();
    engine.settle();
    engine.explain(0);
    engine.settle();

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactlyInAnyOrder("second", "third");
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(1);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void corruptHeadAtTheEndOfAPage_isFollowedByTheNextOfItsExplanation() {
    engine.close();
    engine = Engine.ready(Engine.withRoomInMemory());
    engine.lane().room = 0;
    // three waiters each: one head is the last entry of the first page of 256
    for (int i = 0; i < 100; i++) {
      engine.ask("bad-" + i, "Subject " + i);
      engine.ask("second-" + i, "Subject " + i);
      engine.ask("third-" + i, "Subject " + i);
      corrupt("bad-" + i, bytes -> new byte[] {(byte) 0xff});
    }

    engine.revive();
    engine.passBarrier();
    engine.settle();
    engine.advance(Engine.REQUESTS.timeout());
    engine.settle();

    assertThat(engine.results()).hasSize(200);
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(300);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void corruptHeadAndFollowers_areTakenOutOnceEach() {
    engine.close();
    engine = Engine.ready(Engine.withRoomInMemory());
    engine.lane().room = 0;
    int bad = 5_000;
    for (int i = 0; i < bad; i++) {
      engine.ask("bad-" + i, "Cells");
    }
    engine.ask("good", "Cells");
    corruptAllBut("good");
    engine.revive();
    engine.passBarrier();
    engine.settle();
    engine.explain(0);

    assertThat(engine.deadLetters.readRecordsToList()).hasSize(bad);
    assertThat(engine.result().requestId()).isEqualTo("good");
    assertThat(engine.faults.count(Faults.Kind.ENTRY_TAKEN_OUT)).isEqualTo(bad);
    assertThat(engine.pending()).isZero();
  }

  /** Like a value that a later version has written. */
  private void corruptAllBut(String requestId) {
    KeyValueStore<String, byte[]> store = engine.driver.getKeyValueStore("pending");
    List<String> keys = new ArrayList<>();
    try (var entries = store.all()) {
      entries.forEachRemaining(
          entry -> {
            if (!new String(entry.value, UTF_8).contains(ID.formatted(requestId))) {
              keys.add(entry.key);
            }
          });
    }
    keys.forEach(key -> store.put(key, new byte[] {(byte) 0xff}));
  }

  @Test
  void timerOfNoPossibleTime_isPassedOver() {
    engine
        .driver
        .<String, byte[]>getKeyValueStore("timers")
        .put("due/7000000000000000/x", new byte[0]);
    engine.revive();

    assertTimeoutPreemptively(Duration.ofMinutes(1), () -> engine.passBarrier());

    engine.ask("r", "Cells");
    engine.explain(0);
    assertThat(engine.results()).hasSize(1);
  }

  @Test
  void storedRequestThatCannotBeDecoded_isTakenOutAlone() {
    engine.lane().room = 0;
    engine.ask("bad", "Cells");
    engine.ask("good", "Plants");
    corrupt("bad", UnforeseenTest::withoutBrace);
    engine.revive();
    engine.passBarrier();
    engine.settle();
    engine.explain(0);

    assertThat(engine.result().requestId()).isEqualTo("good");
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(1);
    assertThat(engine.faults.count(Faults.Kind.ENTRY_TAKEN_OUT)).isEqualTo(1);
    assertThat(engine.pending()).isZero();
  }

  private static byte[] withoutBrace(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("{\"requestId\"")] = ' ';
    return changed;
  }

  @Test
  void waitingRequestThatItsAnswerFailsOver_isTakenOutAlone() {
    engine.ask("r1", "Cells");
    engine.ask("r2", "Cells");
    engine.listener.throwing.put("EXPLAINED GEMINI", new IllegalStateException("odd"));
    engine.explain(0);

    assertThat(engine.results())
        .extracting(ExplanationResult::status)
        .containsExactlyInAnyOrder(Status.EXPLAINED, Status.REJECTED);
    assertThat(engine.deadLetters.readRecordsToList()).hasSize(1);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void corruptExplanation_isAMiss() {
    engine.ask("r1", "Cells");
    engine.explain(0);
    engine.ask("r2", "Cells");
    KeyValueStore<String, byte[]> store = engine.driver.getKeyValueStore("explanations");
    store.put(engine.lane().offered.getFirst().cacheKey(), new byte[] {1, 2, 3});
    engine.revive();
    engine.passBarrier();
    engine.ask("r3", "Cells");

    assertThat(engine.lane().offered).hasSize(1);
    engine.explain(0);
    assertThat(engine.results()).hasSize(3);
    assertThat(engine.faults.count(Faults.Kind.ENTRY_TAKEN_OUT)).isEqualTo(1);
  }

  private interface Change {
    byte[] of(byte[] bytes);
  }

  private void corrupt(String requestId, Change change) {
    KeyValueStore<String, byte[]> store = engine.driver.getKeyValueStore("pending");
    String found = null;
    try (var entries = store.all()) {
      while (entries.hasNext() && found == null) {
        var entry = entries.next();
        found = new String(entry.value, UTF_8).contains(ID.formatted(requestId)) ? entry.key : null;
      }
    }
    assertThat(found).isNotNull();
    store.put(found, change.of(store.get(found)));
  }
}
