package dev.explanations.lab.guarantees.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BadInputIT {

  private static final int GOOD = 240;
  private static final int OF_EACH_KIND = 10;

  /** What is in place of the id, so that each record has its own. */
  private static final String ID = "@@";

  @RegisterExtension static final Cluster cluster = new Cluster();

  /** Where the id of a bad record can be read. */
  private enum IdIn {
    VALUE,
    KEY,
    NOWHERE
  }

  /**
   * A way to be bad.
   *
   * @param value one character for each byte, so that any bytes can be written
   */
  private record Kind(String name, String value, IdIn idIn, String reason) {

    static Kind of(String name, IdIn idIn, String value) {
      return new Kind(name, value == null ? null : bytewise(value), idIn, "invalid_request");
    }
  }

  private record Bad(Kind kind, String id, ProducerRecord<byte[], byte[]> record) {}

  private record Sent(Bad bad, Future<RecordMetadata> at) {}

  private static final List<Kind> KINDS =
      List.of(
          Kind.of("no JSON", IdIn.NOWHERE, "Please explain photosynthesis"),
          Kind.of("no JSON, id as key", IdIn.KEY, "Please explain photosynthesis"),
          Kind.of("null", IdIn.KEY, null),
          Kind.of("null without key", IdIn.NOWHERE, null),
          Kind.of("empty", IdIn.KEY, ""),
          Kind.of("array", IdIn.NOWHERE, "[{\"requestId\":\"@@\",\"topic\":\"T\"}]"),
          Kind.of("number", IdIn.NOWHERE, "42"),
          Kind.of("text", IdIn.NOWHERE, "\"@@\""),
          Kind.of("cut off", IdIn.VALUE, "{\"requestId\":\"@@\",\"topic\":\"Phot"),
          Kind.of("more behind it", IdIn.VALUE, good() + " {}"),
          Kind.of("wrong types", IdIn.VALUE, object("\"topic\":{\"a\":1},\"subtopic\":[true]")),
          Kind.of("number for a text", IdIn.VALUE, object("\"topic\":7,\"subtopic\":\"S\"")),
          Kind.of(
              "number for the id",
              IdIn.NOWHERE,
              "{\"requestId\":17,\"topic\":\"T\",\"subtopic\":\"S\"}"),
          Kind.of("missing field", IdIn.VALUE, object("\"topic\":\"T\"")),
          Kind.of("missing id", IdIn.NOWHERE, "{\"topic\":\"T\",\"subtopic\":\"S\"}"),
          Kind.of("null field", IdIn.VALUE, object("\"topic\":null,\"subtopic\":\"S\"")),
          Kind.of("blank field", IdIn.VALUE, object("\"topic\":\"  \",\"subtopic\":\"S\"")),
          Kind.of(
              "over-long topic",
              IdIn.VALUE,
              object("\"topic\":\"" + "t".repeat(201) + "\",\"subtopic\":\"S\"")),
          Kind.of(
              "over-long id",
              IdIn.NOWHERE,
              "{\"requestId\":\"" + "i".repeat(129) + "\",\"topic\":\"T\",\"subtopic\":\"S\"}"),
          Kind.of("unknown detail", IdIn.VALUE, object(fields() + ",\"detail\":\"huge\"")),
          Kind.of("bad language", IdIn.VALUE, object(fields() + ",\"language\":\"en us\"")),
          Kind.of("bad deadline", IdIn.VALUE, object(fields() + ",\"deadline\":\"soon\"")),
          Kind.of("duplicate field", IdIn.VALUE, object(fields() + ",\"topic\":\"U\"")),
          Kind.of(
              "control character",
              IdIn.VALUE,
              object("\"topic\":\"a\\u0000b\",\"subtopic\":\"S\"")),
          Kind.of(
              "raw control character",
              IdIn.VALUE,
              object("\"topic\":\"a\u0001b\",\"subtopic\":\"S\"")),
          Kind.of(
              "lone surrogate", IdIn.VALUE, object("\"topic\":\"a\\uD800b\",\"subtopic\":\"S\"")),
          new Kind(
              "invalid UTF-8",
              object("\"topic\":\"\u00ff\u00fe\",\"subtopic\":\"S\""),
              IdIn.VALUE,
              "invalid_request"),
          new Kind("Avro", "\0\0\0\1\u0086\u0006r-1\u000cOptics", IdIn.KEY, "invalid_request"),
          new Kind(
              "UTF-16",
              new String(("{" + fields() + "}").getBytes(UTF_16LE), ISO_8859_1),
              IdIn.KEY,
              "invalid_request"),
          new Kind("gzip", "\u001f\u008b\u0008", IdIn.KEY, "invalid_request"),
          Kind.of(
              "envelope of Connect",
              IdIn.VALUE,
              "{\"schema\":{\"type\":\"struct\"},\"payload\":" + good() + "}"),
          Kind.of(
              "change event",
              IdIn.VALUE,
              "{\"before\":null,\"after\":" + good() + ",\"op\":\"c\"}"),
          Kind.of(
              "CloudEvent without its header",
              IdIn.VALUE,
              "{\"specversion\":\"1.0\",\"data\":" + good() + "}"),
          new Kind(
              "900 kB of padding",
              object(fields() + ",\"x\":\"" + "x".repeat(900_000) + "\""),
              IdIn.VALUE,
              "request_too_large"),
          new Kind("900 kB of nothing", "x".repeat(900_000), IdIn.NOWHERE, "request_too_large"));

  @Test
  void badRecords_becomeDeadLetters_andHinderNoGoodOne() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.start("w1");
    rig.follow();
    Map<String, Bad> published = publish(rig);
    Tally tally = rig.answeredExactlyOnce();

    long addressed = published.values().stream().filter(bad -> bad.id() != null).count();
    assertThat(tally.byStatus())
        .containsOnly(Map.entry("explained", (long) GOOD), Map.entry("rejected", addressed));
    assertThat(rig.gemini.statistics().calls()).isEqualTo(GOOD);
    Map<String, Bad> byId =
        published.values().stream()
            .filter(bad -> bad.id() != null)
            .collect(Collectors.toMap(Bad::id, bad -> bad));
    for (JsonNode result : rig.results) {
      Bad bad = byId.get(result.path("requestId").asText());
      if (bad != null) {
        assertThat(result.path("status").asText()).as(bad.kind().name()).isEqualTo("rejected");
        assertThat(result.path("error").asText())
            .as(bad.kind().name())
            .isEqualTo(bad.kind().reason());
        assertThat(result.path("errorDetail").asText()).as(bad.kind().name()).isNotBlank();
      }
    }

    // those without an address come with no result that could be waited for
    new DeadLetterBox(rig).awaitLetters(published.size());
    List<ConsumerRecord<byte[], byte[]>> letters = rig.topics().read(rig.topic("dead-letters"));
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      Bad bad = published.remove(header(letter, "explanation-origin"));
      assertThat(bad).isNotNull();
      String kind = bad.kind().name();
      assertThat(letter.key()).as(kind).isEqualTo(bad.record().key());
      assertThat(letter.value()).as(kind).isEqualTo(bad.record().value());
      assertThat(header(letter, "explanation-reason")).as(kind).isEqualTo(bad.kind().reason());
      assertThat(header(letter, "explanation-error")).as(kind).isNotBlank();
      assertThat(header(letter, "trace")).as(kind).isEqualTo(kind);
    }
    assertThat(published).isEmpty();
  }

  /** The bad ones, by where each is in the requests topic. */
  private static Map<String, Bad> publish(Rig rig) throws Exception {
    String topic = rig.topic("requests");
    List<Bad> bad = new ArrayList<>();
    for (Kind kind : KINDS) {
      for (int i = 0; i < OF_EACH_KIND; i++) {
        bad.add(bad(topic, kind, "bad-" + KINDS.indexOf(kind) + "-" + i));
      }
    }
    Collections.shuffle(bad, new Random(7));
    List<Sent> sent = new ArrayList<>();
    List<Future<RecordMetadata>> good = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < bad.size(); i++) {
        Bad each = bad.get(i);
        if (each.id() != null) {
          rig.ledger.published(each.id(), System.nanoTime());
        }
        sent.add(new Sent(each, producer.send(each.record())));
        if (i < GOOD) {
          rig.ledger.published("good-" + i, System.nanoTime());
          good.add(producer.send(good(topic, i)));
        }
      }
    }
    for (Future<RecordMetadata> each : good) {
      each.get();
    }
    Map<String, Bad> byOrigin = new HashMap<>();
    for (Sent each : sent) {
      RecordMetadata at = each.at().get();
      byOrigin.put(at.topic() + "/" + at.partition() + "/" + at.offset(), each.bad());
    }
    return byOrigin;
  }

  /** Bare, in the Confluent wire format, or as a CloudEvent. */
  private static ProducerRecord<byte[], byte[]> good(String topic, int i) {
    String request = Rig.request("good-" + i, i);
    String value =
        switch (i % 3) {
          case 0 -> request;
          case 1 -> "\0\0\1\2\3" + request;
          default -> "{\"specversion\":\"1.0\",\"id\":\"e\",\"data\":" + request + "}";
        };
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, value.getBytes(UTF_8));
    if (i % 3 == 2) {
      record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    }
    return record;
  }

  private static Bad bad(String topic, Kind kind, String id) {
    byte[] key = kind.idIn() == IdIn.KEY ? id.getBytes(UTF_8) : null;
    if (kind.idIn() == IdIn.NOWHERE && id.endsWith("0")) {
      // a key that is no text
      key = new byte[] {(byte) 0xff, 0, (byte) 0xfe};
    }
    byte[] value = kind.value() == null ? null : kind.value().replace(ID, id).getBytes(ISO_8859_1);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
    record.headers().add("trace", kind.name().getBytes(UTF_8));
    return new Bad(kind, kind.idIn() == IdIn.NOWHERE ? null : id, record);
  }

  private static String bytewise(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static String good() {
    return object(fields());
  }

  private static String fields() {
    return "\"topic\":\"T\",\"subtopic\":\"S\"";
  }

  private static String object(String fields) {
    return "{\"requestId\":\"@@\"," + fields + "}";
  }
}
