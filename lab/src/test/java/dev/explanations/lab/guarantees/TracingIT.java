package dev.explanations.lab.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.guarantees.Collector.Span;
import dev.explanations.lab.simulator.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trace that a producer began goes through Kafka, the call and the result, to a collector. */
class TracingIT {

  private static final String FIRST = "0af7651916cd43dd8448eb211c80319c";
  private static final String SECOND = "1af7651916cd43dd8448eb211c80319c";
  private static final String UNWANTED = "2af7651916cd43dd8448eb211c80319c";
  private static final String PRODUCER = "b7ad6b7169203331";
  private static final List<String> STEPS = List.of("call", "emit", "intake", "wait");

  @RegisterExtension static final Cluster cluster = new Cluster();

  private static void publish(Rig rig, String id, int explanation, @Nullable String traceparent) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] body = Rig.request(id, explanation).getBytes(UTF_8);
      var record =
          new ProducerRecord<byte[], byte[]>(rig.topic("requests"), id.getBytes(UTF_8), body);
      if (traceparent != null) {
        record.headers().add("traceparent", traceparent.getBytes(UTF_8));
      }
      rig.ledger.published(id, System.nanoTime());
      var _ = producer.send(record);
    }
  }

  /** The traceparents of the results, by the request's id. */
  private static Map<String, String> traceparents(Rig rig) {
    return rig.topics().read(rig.topic("results")).stream()
        .collect(
            Collectors.toMap(record -> new String(record.key(), UTF_8), TracingIT::traceparent));
  }

  private static String traceparent(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader("traceparent").value(), UTF_8);
  }

  @Test
  void trace_ofTheProducer_goesThroughIntakeAndCall_toTheResult() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(1)));
    try (Collector collector = new Collector()) {
      rig.start(
          "w1", "TRACING_ENABLED", "true", "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
      rig.follow();
      publish(rig, "first", 1, "00-" + FIRST + "-" + PRODUCER + "-01");
      rig.awaitCalls(1);
      publish(rig, "second", 1, "00-" + SECOND + "-" + PRODUCER + "-01");
      publish(rig, "unwanted", 2, "00-" + UNWANTED + "-" + PRODUCER + "-00");
      publish(rig, "new", 3, null);
      rig.answeredExactlyOnce();

      Map<String, String> results = traceparents(rig);
      String begun = results.get("new").substring(3, 35);
      await("the collector has all of them")
          .atMost(Rig.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(collector.names(FIRST)).isEqualTo(STEPS);
                assertThat(collector.names(SECOND)).containsExactly("emit", "intake", "wait");
                assertThat(collector.names(begun)).isEqualTo(STEPS);
              });
      Span call = collector.span(FIRST, "call");
      for (String trace : List.of(FIRST, SECOND)) {
        assertThat(collector.span(trace, "intake").parent()).isEqualTo(PRODUCER);
        assertThat(collector.span(trace, "wait").links()).containsExactly(call.id());
      }
      assertThat(results.get("first")).isEqualTo(place(collector.span(FIRST, "emit")) + "01");
      assertThat(results.get("second")).isEqualTo(place(collector.span(SECOND, "emit")) + "01");
      assertThat(results.get("new")).startsWith(place(collector.span(begun, "emit")));
      // whoever began it does not want it recorded, and others are told so
      assertThat(results.get("unwanted")).startsWith("00-" + UNWANTED + "-").endsWith("-00");
      assertThat(collector.names(UNWANTED)).isEmpty();
    }
  }

  /** Without the flags. */
  private static String place(Span span) {
    return "00-" + span.trace() + "-" + span.id() + "-";
  }
}
