package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultReader;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.records.Cut;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.records.WorkerHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {

  private static final byte[] BROKEN = "{\"requestId\":\"r-1\",".getBytes(StandardCharsets.UTF_8);

  @AutoClose private Engine engine = Engine.ready();

  @Test
  void badRecord_isDeadLetteredWithItsBytesAndRejected() {
    byte[] key = {1, 2, 3};
    Headers headers = new RecordHeaders().add("traceparent", new byte[] {9});
    engine.askRaw(key, BROKEN, headers);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(BROKEN);
    assertThat(Engine.reason(letter)).isEqualTo("invalid_request");
    assertThat(Engine.header(letter, HeaderNames.ERROR)).isNotBlank();
    assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
    assertThat(Engine.header(letter, HeaderNames.ATTEMPT)).isEqualTo("0");
    assertThat(Engine.header(letter, HeaderNames.FIRST_SEEN))
        .isEqualTo("" + Engine.START.toEpochMilli());
    assertThat(letter.headers().lastHeader("traceparent").value()).containsExactly(9);
    ExplanationResult result = engine.result();
    assertThat(result.requestId()).isEqualTo("r-1");
    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void rejectedResult_repeatsTheValidFieldsAndOnlyThose() {
    engine.ask("r-1", "Cells", ",\"detail\":\"endless\",\"education\":\"school\"");

    ExplanationResult result = engine.result();
    assertThat(result.request().topic()).isEqualTo("Biology");
    assertThat(result.request().subtopic()).isEqualTo("Cells");
    assertThat(result.request().education()).isEqualTo("school");
    assertThat(result.request().detail()).isNull();
    assertThat(result.errorDetail()).isEqualTo("detail: must be one of brief, medium, detailed");
  }

  @Test
  void badRecordWithoutId_isOnlyDeadLettered() {
    engine.askRaw(null, new byte[] {(byte) 0xff}, new RecordHeaders());
    engine.askRaw(null, null, new RecordHeaders());

    assertThat(engine.deadLetters.readValuesToList())
        .containsExactly(new byte[] {(byte) 0xff}, null);
    assertThat(engine.results()).isEmpty();
  }

  @Test
  void badRecord_doesNotStopThoseBehindIt() {
    engine.askRaw(null, BROKEN, new RecordHeaders());
    engine.ask("r-2", "Cells");
    engine.explain(0);

    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactly("r-1", "r-2");
  }

  @Test
  void keyValueAndHeadersTogether_areMeasured() {
    Headers headers = new RecordHeaders().add("big", new byte[64 * 1024]);
    engine.askRaw(
        null,
        "{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":\"b\"}"
            .getBytes(StandardCharsets.UTF_8),
        headers);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("request_too_large");
    assertThat(letter.headers().lastHeader("big").value()).hasSize(64 * 1024);
    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    assertThat(new String(result.key(), StandardCharsets.UTF_8)).isEqualTo("r-1");
    assertThat(result.headers().lastHeader("big")).isNull();
  }

  private static final byte[] GOOD =
      "{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":\"b\"}".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @CsvSource({"'',180000", "h,60000", "'',1100000", "name,101", "explanation-x,117"})
  void tooManyHeaders_areRefused_andMostStayBehind(String name, int count) {
    Headers headers = headers(name, count);
    engine.askRaw(null, GOOD, headers);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("request_too_large");
    assertThat(Engine.header(letter, HeaderNames.ERROR))
        .isEqualTo(count + " headers, allowed are 100");
    assertThat(letter.value()).isEqualTo(GOOD);
    assertThat(letter.headers().toArray().length).isLessThanOrEqualTo(110);
    assertThat(Engine.header(letter, HeaderNames.TRUNCATED)).isNotNull();
    assertThat(Engine.header(letter, HeaderNames.DIGEST)).hasSize(64);
    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    assertThat(new String(result.key(), StandardCharsets.UTF_8)).isEqualTo("r-1");
    assertThat(result.headers()).isEmpty();
    assertThat(engine.lane().offered).isEmpty();
  }

  @Test
  void asManyHeadersAsAreAllowed_goThroughRetries_toTheResult() {
    shut();
    engine.askRaw(null, GOOD, headers("", 100));
    assertThat(engine.retries.readRecord().headers().toArray().length).isGreaterThan(100);
    open();
    engine.explain(0);

    assertThat(engine.results.readRecord().headers()).hasSize(100);
  }

  @Test
  void framingOfHeaders_counts() {
    // 8 bytes of content, but 14 on the wire
    engine.askRaw(null, new byte[64 * 1024 - 8], headers("namename", 1));

    assertThat(Engine.reason(engine.deadLetters.readRecord())).isEqualTo("request_too_large");
  }

  @Test
  void deadLetterOfASmallTopic_fitsIt_andInTheEndSaysWhyFromWhereAndWhatItWas() {
    engine.close();
    for (int limit : new int[] {1024, 1100, 2_000, 4_000, 60_000, 200_000}) {
      engine = Engine.ready(Engine.with(new TopicLimits(1024 * 1024, limit)));
      byte[] key = new byte[50_000];
      byte[] value = new byte[100_000];
      Headers headers = headers("h".repeat(500), 100);
      headers.add(HeaderNames.REPLAYS, new byte[10_000]);
      engine.askRaw(key, value, headers);

      TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
      assertThat(Sizes.onTheWire(letter.key(), letter.value(), letter.headers()))
          .isLessThanOrEqualTo(limit)
          .isGreaterThan(limit * 9 / 10);
      assertThat(Engine.reason(letter)).isEqualTo("request_too_large");
      assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
      assertThat(Engine.header(letter, HeaderNames.DIGEST))
          .isEqualTo(HexFormat.of().formatHex(Cut.digest(value)));
      assertThat(Engine.header(letter, HeaderNames.TRUNCATED)).isNotNull();
      engine.close();
    }
    engine = Engine.ready();
  }

  @Test
  void valueThatWasCutAsItWasRead_isATruncatedDeadLetter() {
    byte[] whole = new byte[3_000_000];
    Headers headers = new RecordHeaders().add("correlation-id", new byte[] {7});
    headers.add(Cut.value(whole.length - BROKEN.length, ByteBuffer.wrap(whole)));
    engine.askRaw(null, BROKEN, headers);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(Engine.reason(letter)).isEqualTo("request_too_large");
    assertThat(letter.value()).isEqualTo(BROKEN);
    assertThat(Long.parseLong(Engine.header(letter, HeaderNames.TRUNCATED)))
        .isGreaterThanOrEqualTo(whole.length);
    assertThat(Engine.header(letter, HeaderNames.DIGEST))
        .isEqualTo(HexFormat.of().formatHex(Cut.digest(whole)));
    assertThat(letter.headers().lastHeader("correlation-id").value()).containsExactly(7);
    assertThat(engine.result().requestId()).isEqualTo("r-1");
  }

  private void shut() {
    engine.lane().shut = true;
    engine.lane().shutUntil = Engine.START.plusSeconds(60);
  }

  private void open() {
    engine.lane().shut = false;
    engine.report("", new OutcomeRecord.Wake());
  }

  private static Headers headers(String name, int count) {
    Header[] headers = new Header[count];
    for (int i = 0; i < count; i++) {
      headers[i] = new RecordHeader(name, null);
    }
    return new RecordHeaders(headers);
  }

  @Test
  void deadLetterThatDoesNotFit_isCutAndMarked() {
    byte[] huge = new byte[2 * 1024 * 1024];
    engine.askRaw(null, huge, new RecordHeaders());

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(letter.value().length).isLessThan(1024 * 1024).isGreaterThan(1_000_000);
    assertThat(Long.parseLong(Engine.header(letter, HeaderNames.TRUNCATED)))
        .isBetween((long) huge.length, huge.length + 10L);
  }

  @Test
  void deadLetterWhoseHeadersDoNotFit_keepsTheWorkersOwn() {
    Headers headers = new RecordHeaders().add("huge", new byte[2 * 1024 * 1024]);
    WorkerHeaders.set(headers, HeaderNames.REPLAYS, 2);
    engine.askRaw(null, BROKEN, headers);

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(letter.value()).isEqualTo(BROKEN);
    assertThat(letter.headers().lastHeader("huge")).isNull();
    assertThat(letter.headers().lastHeader(HeaderNames.TRUNCATED)).isNotNull();
    assertThat(Engine.header(letter, HeaderNames.REPLAYS)).isEqualTo("2");
    assertThat(Engine.header(letter, HeaderNames.ATTEMPT)).isEqualTo("0");
    assertThat(Engine.header(letter, HeaderNames.FIRST_SEEN))
        .isEqualTo("" + Engine.START.toEpochMilli());
    assertThat(Engine.header(letter, HeaderNames.REASON)).isEqualTo("request_too_large");
    assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isEqualTo("requests/0/0");
  }

  private static final String EVENT = "application/cloudevents+json; charset=UTF-8";
  private static final String BODY = "\"topic\":\"Optics\",\"subtopic\":\"Lenses\"";

  private static Headers contentType(String type) {
    return new RecordHeaders()
        .add("content-type", type.getBytes(StandardCharsets.UTF_8))
        .add("correlation-id", new byte[] {7});
  }

  private static byte[] event(String data) {
    return "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/s\",\"type\":\"t\",\"data\":%s}"
        .formatted(data)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void cloudEvent_goesThroughTheRetryTopicAndTheStore_toTheResult() {
    byte[] event = event("{" + BODY + "}");
    shut();
    engine.askRaw("r-1".getBytes(StandardCharsets.UTF_8), event, contentType(EVENT));

    TestRecord<byte[], byte[]> retry = engine.retries.readRecord();
    assertThat(retry.value()).isEqualTo(event);
    assertThat(Engine.header(retry, "content-type")).isEqualTo(EVENT);
    engine.revive();
    engine.passBarrier();
    open();
    engine.explain(0);

    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    ExplanationResult read = ResultReader.read(result.value());
    assertThat(read.requestId()).isEqualTo("r-1");
    assertThat(read.status()).isEqualTo(Status.EXPLAINED);
    assertThat(read.request().topic()).isEqualTo("Optics");
    assertThat(Engine.header(result, "content-type")).as("the result is no event").isNull();
    assertThat(result.headers().lastHeader("correlation-id").value()).containsExactly(7);
    assertThat(engine.deadLetters.isEmpty()).isTrue();
  }

  @Test
  void cloudEventThatIsGivenUp_isADeadLetterAsItCame_andReadAgainAfterARedrive() {
    byte[] event = event("{\"requestId\":\"r-1\"," + BODY + "}");
    engine.askRaw(null, event, contentType(EVENT));
    engine.end(0, new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"));

    TestRecord<byte[], byte[]> letter = engine.deadLetters.readRecord();
    assertThat(letter.value()).isEqualTo(event);
    assertThat(Engine.header(letter, "content-type")).isEqualTo(EVENT);
    assertThat(engine.result().status()).isEqualTo(Status.REJECTED);

    engine.askRaw(letter.key(), letter.value(), letter.headers());
    assertThat(engine.results()).extracting(ExplanationResult::requestId).containsExactly("r-1");
  }

  @Test
  void confluentWireFormat_isReadAsJson_andItsDeadLetterHasEveryByte() {
    byte[] json =
        ("{\"requestId\":\"r-1\"," + BODY + ",\"onUnavailable\":\"fail\"}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] value =
        ByteBuffer.allocate(json.length + 5).put((byte) 0).putInt(100_001).put(json).array();
    engine.askRaw(null, value, new RecordHeaders());
    engine.explain(0);
    assertThat(engine.result().status()).isEqualTo(Status.EXPLAINED);

    engine.askRaw(null, Arrays.copyOf(value, value.length - 1), new RecordHeaders());
    assertThat(engine.deadLetters.readRecord().value())
        .isEqualTo(Arrays.copyOf(value, value.length - 1));
    assertThat(engine.result().requestId()).isEqualTo("r-1");
  }

  @Test
  void cloudEventWithTooManyHeaders_isRejectedByTheIdInItsData() {
    Headers headers = contentType(EVENT);
    headers("h", 100).forEach(headers::add);
    engine.askRaw(null, event("{\"requestId\":\"r-1\"," + BODY + "}"), headers);

    assertThat(engine.result().requestId()).isEqualTo("r-1");
  }

  @Test
  void workersOwnHeaders_areNotTakenFromOutside_butForReplays() {
    Headers headers = new RecordHeaders();
    WorkerHeaders.set(headers, HeaderNames.ORIGIN, "elsewhere/7/7");
    WorkerHeaders.set(headers, HeaderNames.ATTEMPT, 99);
    WorkerHeaders.set(headers, HeaderNames.NOT_BEFORE, Long.MAX_VALUE);
    WorkerHeaders.set(headers, HeaderNames.REPLAYS, 2);
    headers.add("correlation-id", "c-1".getBytes(StandardCharsets.UTF_8));
    engine.askRaw(
        null,
        "{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":\"b\"}"
            .getBytes(StandardCharsets.UTF_8),
        headers);
    assertThat(engine.lane().offered).hasSize(1);
    engine.explain(0);

    TestRecord<byte[], byte[]> result = engine.results.readRecord();
    assertThat(Engine.header(result, "correlation-id")).isEqualTo("c-1");
    assertThat(Engine.header(result, HeaderNames.REPLAYS)).isEqualTo("2");
    assertThat(Engine.header(result, HeaderNames.ORIGIN)).isNull();
    assertThat(Engine.header(result, HeaderNames.ATTEMPT)).isNull();
  }
}
