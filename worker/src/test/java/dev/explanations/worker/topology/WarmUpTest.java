package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.records.WorkerHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Requests that only fill the caches. */
class WarmUpTest {

  private static final Outcome.Unavailable UNAVAILABLE =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");

  @AutoClose private Engine engine = Engine.ready();

  private void warm(String subtopic, String more) {
    mark("true", "{\"topic\":\"Biology\",\"subtopic\":\"%s\"%s}".formatted(subtopic, more));
  }

  private void mark(String mark, String json) {
    RecordHeaders headers = new RecordHeaders();
    WorkerHeaders.set(headers, HeaderNames.WARM_UP, mark);
    engine.askRaw(
        "warm-1".getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8), headers);
  }

  private void assertNothingSaid() {
    assertThat(engine.results.isEmpty()).isTrue();
    assertThat(engine.deadLetters.isEmpty()).isTrue();
    assertThat(engine.pending()).isZero();
  }

  @Test
  void warmUp_fillsTheStore_andHasNoResult() {
    warm("Cells", "");
    engine.explain(0);
    assertNothingSaid();

    engine.ask("r-1", "Cells");

    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);
    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void warmUpOfWhatIsThere_costsNothing() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    assertThat(engine.result().requestId()).isEqualTo("r-1");

    warm("Cells", "");

    assertNothingSaid();
    assertThat(engine.lane().offered).hasSize(1);
  }

  @Test
  void warmUp_sharesItsCallWithRequests() {
    warm("Cells", "");
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Atoms");
    warm("Atoms", "");
    assertThat(engine.lane().offered).hasSize(2);
    engine.explain(0);
    engine.explain(1);

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactly("r-1", "r-2");
  }

  @Test
  void warmUpThatFails_isTriedAgain_stillAsWarmUp() {
    warm("Cells", "");
    engine.end(0, UNAVAILABLE);
    engine.advance(Duration.ofSeconds(5));
    assertThat(engine.lane().offered).hasSize(2);

    engine.explain(1);

    assertNothingSaid();
    engine.ask("r-1", "Cells");
    assertThat(engine.result().source()).isEqualTo(Source.STATE_STORE);
  }

  @Test
  void warmUpThatUsesUpItsAttempts_leavesNothing() {
    warm("Cells", "");
    for (int call = 0; call < 3; call++) {
      engine.end(call, UNAVAILABLE);
      engine.advance(Duration.ofSeconds(5));
    }
    assertThat(engine.lane().offered).hasSize(3);
    assertNothingSaid();
  }

  @Test
  void warmUpThatIsBlocked_leavesNothing() {
    warm("Cells", "");
    engine.end(0, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"));
    assertNothingSaid();
  }

  @Test
  void warmUp_obeysTheGate_andEndsWithItsDeadline() {
    engine.lane().shut = true;
    warm("Cells", "");
    assertThat(engine.lane().offered).isEmpty();
    assertThat(engine.retries.isEmpty()).isFalse();
    warm("Atoms", ",\"onUnavailable\":\"fail\"");
    assertThat(engine.pending()).isEqualTo(1);

    engine.advance(Duration.ofMinutes(15));

    assertNothingSaid();
  }

  @Test
  void malformedWarmUp_isADeadLetterOnly() {
    mark("true", "{\"requestId\":\"w-1\",\"topic\":\"Biology\"}");

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("invalid_request");
    assertThat(Engine.header(letter, HeaderNames.WARM_UP)).isEqualTo("true");
    assertThat(engine.results.isEmpty()).isTrue();
  }

  @Test
  void anyOtherMark_isNone() {
    mark("false", "{\"requestId\":\"r-1\",\"topic\":\"Biology\",\"subtopic\":\"Cells\"}");
    engine.explain(0);

    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    assertThat(result.headers().lastHeader(HeaderNames.WARM_UP)).isNull();
  }
}
