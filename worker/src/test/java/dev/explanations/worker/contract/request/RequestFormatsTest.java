package dev.explanations.worker.contract.request;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_32BE;
import static java.nio.charset.StandardCharsets.UTF_32LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ExplanationRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as other systems wrap and encode them. */
class RequestFormatsTest {

  private static final String BODY = "\"topic\":\"Optics\",\"subtopic\":\"Lenses\"";
  private static final String REQUEST = "{\"requestId\":\"r-1\"," + BODY + "}";
  private static final String EVENT = "application/cloudevents+json";
  private static final byte[] KEY = "k-1".getBytes(UTF_8);

  private final RequestDecoder decoder = new RequestDecoder();

  private ExplanationRequest accepted(byte[] value, @Nullable String contentType) {
    Decoded decoded = decoder.decode(KEY, value, contentType);
    assertThat(decoded).isInstanceOf(Decoded.Valid.class);
    ExplanationRequest request = ((Decoded.Valid) decoded).request();
    assertThat(decoder.read(KEY, value, contentType)).isEqualTo(request);
    return request;
  }

  private ExplanationRequest accepted(String value, @Nullable String contentType) {
    return accepted(value.getBytes(UTF_8), contentType);
  }

  private Decoded.Invalid refused(byte[] value, @Nullable String contentType) {
    Decoded decoded = decoder.decode(KEY, value, contentType);
    assertThat(decoded).isInstanceOf(Decoded.Invalid.class);
    Decoded.Invalid invalid = (Decoded.Invalid) decoded;
    assertThat(invalid.detail()).isNotEqualTo("cannot be decoded");
    return invalid;
  }

  private Decoded.Invalid refused(String value, @Nullable String contentType) {
    return refused(value.getBytes(UTF_8), contentType);
  }

  private static byte[] wire(int schemaId, byte[] json) {
    return ByteBuffer.allocate(5 + json.length).put((byte) 0).putInt(schemaId).put(json).array();
  }

  private static byte[] wire(int schemaId, String json) {
    return wire(schemaId, json.getBytes(UTF_8));
  }

  private static String event(String data) {
    return "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/s\",\"type\":\"t\",\"data\":"
        + data
        + "}";
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 123, 100_001, 0x7B00, 0x7B0022, 0x7B002200, 0x0100_0101, Integer.MAX_VALUE, -1})
  void wireFormat_isReadAsJson_whateverTheSchemaId(int schemaId) {
    assertThat(accepted(wire(schemaId, REQUEST), null).requestId()).isEqualTo("r-1");
    assertThat(accepted(wire(schemaId, "{" + BODY + "}"), null).requestId()).isEqualTo("k-1");
    assertThat(accepted(wire(schemaId, event(REQUEST)), EVENT).topic()).isEqualTo("Optics");
  }

  @Test
  void wireFormat_mayHaveAMarkAndSpaces() {
    assertThat(accepted(wire(7, "\uFEFF" + REQUEST), null).requestId()).isEqualTo("r-1");
    assertThat(accepted(wire(7, " \n" + REQUEST + "\n"), null).requestId()).isEqualTo("r-1");
  }

  @Test
  void wireFormat_withoutJsonBehindIt_isRefusedByItsName() {
    for (int length = 1; length <= 5; length++) {
      assertThat(refused(new byte[length], null).detail())
          .startsWith("Confluent wire format, and behind its schema id not JSON: empty");
    }
    // as an Avro serializer writes it
    assertThat(refused(wire(7, new byte[] {6, 'r', '-', '1', 12, 'O'}), null))
        .satisfies(
            it -> assertThat(it.detail()).contains("Confluent wire format", "Avro", "not JSON"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("k-1"));
    assertThat(refused(wire(7, wire(7, REQUEST)), null).detail()).contains("Confluent");
    assertThat(refused(wire(7, REQUEST + "{}"), null).requestId()).isEqualTo("r-1");
    assertThat(refused(wire(7, "{\"requestId\":\"r-1\"}"), null).detail())
        .contains("topic: is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVENT,
        "application/cloudevents",
        "application/cloudevents+json; charset=UTF-8",
        "Application/CloudEvents+JSON;charset=utf-8",
        " application/cloudevents ; x=y+z"
      })
  void structuredEvent_isReadAsItsData(String contentType) {
    assertThat(accepted(event(REQUEST), contentType).requestId()).isEqualTo("r-1");
    assertThat(accepted("\uFEFF" + event("{" + BODY + "}"), contentType).requestId())
        .isEqualTo("k-1");
  }

  @Test
  void structuredEvent_hasNothingButItsDataRead() {
    String outside = "{\"requestId\":\"x\",\"topic\":\"X\",\"subtopic\":\"X\",\"data\":%s}";
    assertThat(accepted(outside.formatted("{" + BODY + "}"), EVENT))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("k-1"))
        .satisfies(it -> assertThat(it.topic()).isEqualTo("Optics"));
    assertThat(refused(outside.formatted("{\"topic\":\"\"}"), EVENT).requestId()).isEqualTo("k-1");
    String within = REQUEST.replace("}", ",\"data\":{\"requestId\":\"x\",\"topic\":\"X\"}}");
    assertThat(accepted(event(within), EVENT).requestId()).isEqualTo("r-1");
    assertThat(accepted(within, null).requestId()).as("without the header").isEqualTo("r-1");
    assertThat(refused(event(within.replace("Optics", "")), EVENT).requestId()).isEqualTo("r-1");
  }

  @Test
  void bareRequest_withTheHeaderOfAnEvent_isReadAsItWas() {
    assertThat(accepted(REQUEST, EVENT).requestId()).isEqualTo("r-1");
  }

  @Test
  void binaryEvent_isReadAsItWas() {
    assertThat(accepted(REQUEST, "application/json").requestId()).isEqualTo("r-1");
    assertThat(accepted(REQUEST.replace("}", ",\"data\":{}}"), "text/plain").requestId())
        .isEqualTo("r-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "7", "\"text\"", "[]", "true", "\"{\\\"requestId\\\":\\\"x\\\"}\""})
  void structuredEvent_whoseDataIsNoObject_isRefused(String data) {
    Decoded.Invalid invalid = refused(event(data), EVENT);

    assertThat(invalid.detail()).isEqualTo("data: must be a JSON object");
    assertThat(invalid.requestId()).isEqualTo("k-1");
  }

  @Test
  void structuredEvent_hasTheRulesOfARequest() {
    assertThat(refused(event(REQUEST).replace("}}", "},\"data\":" + REQUEST + "}"), EVENT))
        .satisfies(it -> assertThat(it.detail()).contains("the field data is there twice"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
    String other = REQUEST.replace("r-1", "r-2");
    assertThat(
            refused(event(REQUEST).replace("}}", "},\"data\":" + other + "}"), EVENT).requestId())
        .isEqualTo("k-1");
    assertThat(refused(event("{\"topic\":\"a\"," + BODY + "}"), EVENT).detail())
        .contains("the field topic is there twice");
    assertThat(refused(event(REQUEST) + "{}", EVENT).detail()).contains("more after its end");
    assertThat(refused(event("{\"requestId\":\"r-1\",\"topic\":\"\\ud800\"}"), EVENT))
        .satisfies(it -> assertThat(it.detail()).contains("surrogate"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
    assertThat(refused(event("{\"requestId\":\"r-1\",\"topic\":\"a\",\"subtopic\":7}"), EVENT))
        .satisfies(it -> assertThat(it.detail()).isEqualTo("subtopic: must be a string"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"))
        .satisfies(it -> assertThat(it.fields().topic()).isEqualTo("a"));
    assertThat(refused("{\"data\":{\"requestId\":\"r-1\",", EVENT).requestId()).isEqualTo("r-1");
    assertThat(refused("[" + event(REQUEST) + "]", EVENT).requestId()).isEqualTo("k-1");
    assertThat(refused("", EVENT).detail()).isEqualTo("not JSON: empty");
  }

  @Test
  void structuredEvent_isReadWhateverIsAroundItsData() {
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    String event = event(REQUEST).replace("\"data\"", "\"x\":" + deep + ",\"data\"");

    assertThat(accepted(event, EVENT).requestId()).isEqualTo("r-1");
    assertThat(accepted(event.replace("}}", ",\"y\":" + deep + "}}"), EVENT).requestId())
        .isEqualTo("r-1");
    String data = "{\"data\":".repeat(20_000) + "1" + "}".repeat(20_000);
    assertThat(refused(data, EVENT).requestId()).isEqualTo("k-1");
    assertThat(refused("{\"data\":".repeat(100_000), EVENT).requestId()).isEqualTo("k-1");
    assertThat(refused("{\"payload\":".repeat(20_000) + "1" + "}".repeat(20_000), null).requestId())
        .isEqualTo("k-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/cloudevents-batch+json | a batch of CloudEvents: send each as a record of its"
            + " own",
        "application/cloudevents-batch; x=y | a batch of CloudEvents: send each as a record of its"
            + " own",
        "application/cloudevents+avro | a CloudEvent as application/cloudevents+avro: send it as"
            + " app",
        "APPLICATION/cloudevents+protobuf | a CloudEvent as application/cloudevents+protobuf: send"
            + " it"
      })
  void otherEvents_areRefusedByTheirNames(String contentType, String detail) {
    assertThat(refused("[" + event(REQUEST) + "]", contentType).detail()).startsWith(detail);
    assertThat(refused(new byte[] {0x4F, (byte) 0xC3}, contentType).detail()).startsWith(detail);
    assertThat(refused(event(REQUEST), contentType).requestId()).isEqualTo("r-1");
  }

  @Test
  void eventWithoutData_isRefusedByItsName() {
    String event = event(REQUEST);

    assertThat(refused(event.replace("\"data\"", "\"other\""), EVENT).detail())
        .startsWith("a CloudEvent without data");
    assertThat(refused(event("\"e30=\"").replace("\"data\"", "\"data_base64\""), EVENT).detail())
        .startsWith("a CloudEvent with data_base64");
    assertThat(refused(event, null))
        .satisfies(it -> assertThat(it.detail()).contains("CloudEvent", "content-type"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
  }

  @Test
  void envelopes_areRefusedByTheirNames() {
    String connect = "{\"schema\":{\"type\":\"struct\"},\"payload\":%s}";
    String debezium = "{\"before\":null,\"after\":%s,\"source\":{},\"op\":\"c\"}";

    assertThat(refused(connect.formatted(REQUEST), null))
        .satisfies(it -> assertThat(it.detail()).contains("Kafka Connect", "schemas.enable=false"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
    assertThat(refused(debezium.formatted(REQUEST), null))
        .satisfies(it -> assertThat(it.detail()).contains("Debezium", "ExtractNewRecordState"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
    String both = connect.formatted(debezium.formatted(REQUEST));
    assertThat(refused(both, null).detail()).contains("Connect");
    assertThat(refused(both, null).requestId()).isEqualTo("r-1");
    assertThat(refused(event(both), EVENT).detail()).contains("Connect");
    assertThat(refused(event(both), EVENT).requestId()).isEqualTo("r-1");
    assertThat(refused(wire(7, debezium.formatted(REQUEST)), null).detail()).contains("Debezium");
    assertThat(refused("{\"before\":{\"requestId\":\"x\"},\"after\":null,\"op\":\"d\"}", null))
        .satisfies(it -> assertThat(it.detail()).contains("Debezium"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("k-1"));
  }

  @Test
  void requestWithFieldsOfAnEnvelope_isARequest() {
    String fields = ",\"schema\":{},\"payload\":{\"requestId\":\"x\"},\"op\":1,\"after\":{}}";

    assertThat(accepted(REQUEST.replace("}", fields), null).requestId()).isEqualTo("r-1");
    assertThat(refused(REQUEST.replace("Optics", "").replace("}", fields), null))
        .satisfies(it -> assertThat(it.detail()).isEqualTo("topic: must not be blank"))
        .satisfies(it -> assertThat(it.requestId()).isEqualTo("r-1"));
  }

  @Test
  void otherEncodings_areRefusedByTheirNames() {
    for (Charset charset : List.of(UTF_16LE, UTF_16BE, UTF_32LE, UTF_32BE)) {
      for (String text : List.of(REQUEST, "\uFEFF" + REQUEST, " \n" + REQUEST, "\uFEFF{}", "{ }")) {
        Decoded.Invalid invalid = refused(text.getBytes(charset), null);

        assertThat(invalid.detail())
            .as(text)
            .isEqualTo("encoded as " + charset.name() + ": encode the JSON as UTF-8");
        assertThat(invalid.requestId()).isEqualTo(text.contains("r-1") ? "r-1" : "k-1");
      }
    }
    assertThat(refused(event(REQUEST).getBytes(UTF_16LE), EVENT).requestId()).isEqualTo("r-1");
  }

  @Test
  void compressedValues_areRefusedByTheirNames() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(REQUEST.getBytes(UTF_8));
    }

    assertThat(refused(gzip.toByteArray(), null).detail())
        .isEqualTo(
            "compressed with gzip: send the JSON as it is, and set the producer's"
                + " compression.type");
    assertThat(refused(Arrays.copyOf(gzip.toByteArray(), 2), null).detail()).contains("gzip");
    assertThat(refused(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 4}, null).detail())
        .contains("zstd");
    assertThat(refused(new byte[] {0x1f}, null).detail()).startsWith("not JSON");
  }

  @Test
  void utf8_isNotTakenForAnythingElse() {
    for (String number : List.of("7", "\"\"", "{}", "[]", " ")) {
      assertThat(refused(number, null).detail()).doesNotContain("encoded", "compressed");
    }
    assertThat(accepted("\uFEFF" + REQUEST, null).requestId()).isEqualTo("r-1");
  }
}
