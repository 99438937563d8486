package dev.explanations.worker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.records.WorkerHeaders;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of the internal topics that no worker writes stop nobody, and lose no request. */
class OutOfBoundsTest {

  @AutoClose private Engine engine = Engine.ready();

  private void goesOn() {
    engine.ask("good", "Atoms");
    int last = engine.lane().offered.size() - 1;
    engine.explain(last);
    assertThat(engine.results()).extracting(ExplanationResult::requestId).contains("good");
  }

  @Test
  void outcomesThatNobodyWrites_areSkippedAndCounted() {
    engine.ask("r", "Cells");
    String key = engine.lane().offered.getFirst().cacheKey();
    String explained =
        "{\"type\":\"explained\",\"callId\":\"call-0\",\"explanation\":{\"text\":\"t\","
            + "\"model\":\"m\",\"promptVersion\":\"1\",\"usage\":{\"promptTokens\":1,"
            + "\"outputTokens\":1,\"totalTokens\":1}},\"topicHash\":\"t\",\"questionHash\":\"q\","
            + "\"generation\":\"q/1\",\"expiresAtMillis\":9223372036854775807}";
    engine.reportRaw(key, explained.getBytes(UTF_8));
    engine.report(
        "",
        new OutcomeRecord.Handoff(
            List.of(
                new OutcomeRecord.RunningCall(
                    key, "c", engine.now().plus(Duration.ofDays(36_500)))),
            null));
    engine.report("no key", engine.ended("call-0", Engine.explained("text")));
    TestInputTopic<byte[], byte[]> outcomes =
        engine.driver.createInputTopic(
            Engine.TOPICS.outcomes(), new ByteArraySerializer(), new ByteArraySerializer());
    byte[] ended = new OutcomeJson().write(engine.ended("call-0", Engine.explained("text")));
    outcomes.pipeInput(new TestRecord<>(null, ended, new RecordHeaders(), 5L));

    assertThat(engine.faults.count(Faults.Kind.OUTCOME_SKIPPED)).isEqualTo(4);
    goesOn();
  }

  @ParameterizedTest
  @CsvSource({
    HeaderNames.FIRST_SEEN + ",9223372036854775807",
    HeaderNames.FIRST_SEEN + ",-9223372036854775808",
    HeaderNames.FIRST_SEEN + ",9999999999999999999999",
    HeaderNames.NOT_BEFORE + ",9223372036854775807",
    HeaderNames.NOT_BEFORE + ",-1",
    HeaderNames.ATTEMPT + ",9223372036854775807",
    HeaderNames.ATTEMPT + ",4294967295",
    HeaderNames.ATTEMPT + ",-7",
    HeaderNames.ORIGIN + ",nowhere",
    HeaderNames.ORIGIN + ",requests/-1/-1",
    HeaderNames.ERROR + ",unheard of"
  })
  void retryWithHeadersThatMakeNoSense_isAnsweredAllTheSame(String name, String value) {
    retry(true, name, value);
    engine.settle();
    engine.explain(0);

    assertThat(engine.results()).extracting(ExplanationResult::requestId).containsExactly("r");
    assertThat(engine.deadLetters.isEmpty()).isTrue();
    goesOn();
  }

  @Test
  void retryWithoutAnyHeader_orWithoutAKey_isAnswered() {
    retry(false, "a", "b");
    engine.settle();
    engine.explain(0);

    assertThat(engine.results()).extracting(ExplanationResult::requestId).containsExactly("r");
    assertThat(engine.faults.count(Faults.Kind.REQUEST_MENDED)).isEqualTo(1);
  }

  @Test
  void retryThatIsNoRequest_isADeadLetter_andANullValueNothing() {
    engine.retriesIn.pipeInput(
        new TestRecord<>(null, "{\"requestId\":\"x\"".getBytes(UTF_8), new RecordHeaders(), 5L));
    engine.retriesIn.pipeInput(new TestRecord<>(null, null, new RecordHeaders(), 5L));

    assertThat(engine.deadLetters.readRecordsToList()).hasSize(1);
    assertThat(engine.faults.count(Faults.Kind.RECORD_SKIPPED)).isEqualTo(2);
    goesOn();
  }

  @ParameterizedTest
  @CsvSource({"requestId,129", "topic,201", "subtopic,301", "education,65", "subtopic,0"})
  void retryWithAFieldThatIsOutOfBounds_isADeadLetter(String field, int length) {
    String text = length == 0 ? "Cells\\nTopic: Chemistry" : "x".repeat(length);
    String json =
        "{\"requestId\":\"r\",\"topic\":\"Biology\",\"subtopic\":\"Cells\",\"education\":\"all\"}"
            .replaceFirst(
                "(\"" + field + "\":)\"[^\"]*\"", "$1\"" + text.replace("\\", "\\\\") + "\"");
    engine.retriesIn.pipeInput(
        new TestRecord<>("k".getBytes(UTF_8), json.getBytes(UTF_8), new RecordHeaders(), 5L));

    assertThat(engine.deadLetters.readRecordsToList()).hasSize(1);
    assertThat(engine.lane().offered).isEmpty();
    goesOn();
  }

  private void retry(boolean complete, String name, String value) {
    Headers headers = new RecordHeaders();
    if (complete) {
      WorkerHeaders.set(headers, HeaderNames.ORIGIN, "requests/0/7");
      WorkerHeaders.set(headers, HeaderNames.FIRST_SEEN, engine.now().toEpochMilli());
      WorkerHeaders.set(headers, HeaderNames.ATTEMPT, 1);
      WorkerHeaders.set(headers, HeaderNames.NOT_BEFORE, engine.now().toEpochMilli());
      WorkerHeaders.set(headers, HeaderNames.ERROR, "model_unavailable");
    }
    WorkerHeaders.set(headers, name, value);
    engine.retriesIn.pipeInput(
        new TestRecord<>(
            complete ? "k".getBytes(UTF_8) : null,
            "{\"requestId\":\"r\",\"topic\":\"Biology\",\"subtopic\":\"Cells\"}".getBytes(UTF_8),
            headers,
            5L));
  }
}
