package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.guarantees.operation.Collector.Histogram;
import dev.explanations.lab.guarantees.operation.Collector.Span;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.Worker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

  /** By the numbers in opentelemetry/proto/trace/v1/trace.proto. */
  private static final long CLIENT = 3;

  private static final long PRODUCER_KIND = 4;
  private static final long CONSUMER = 5;
  private static final String CALL = "generate_content gemini-3.5-flash-lite";

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
    CompletableFuture<?> bothWait = new CompletableFuture<>();
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO).heldUntil(bothWait));
    String intake = "process " + rig.topic("requests");
    String emit = "send " + rig.topic("results");
    try (Collector collector = new Collector()) {
      Worker worker =
          rig.start(
              "w1", "TRACING_ENABLED", "true", "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
      rig.follow();
      publish(rig, "first", 1, "00-" + FIRST + "-" + PRODUCER + "-01");
      rig.awaitCalls(1);
      publish(rig, "second", 1, "00-" + SECOND + "-" + PRODUCER + "-01");
      new Health(worker.httpPort()).awaitPending(2);
      bothWait.complete(null);
      publish(rig, "unwanted", 2, "00-" + UNWANTED + "-" + PRODUCER + "-00");
      publish(rig, "new", 3, null);
      rig.answeredExactlyOnce();

      Map<String, String> results = traceparents(rig);
      String begun = results.get("new").substring(3, 35);
      await("the collector has all of them")
          .atMost(Rig.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(collector.names(FIRST)).containsExactly(CALL, intake, emit, "wait");
                assertThat(collector.names(SECOND)).containsExactly(intake, emit, "wait");
                assertThat(collector.names(begun)).containsExactly(CALL, intake, emit, "wait");
              });
      Span call = collector.span(FIRST, CALL);
      for (String trace : List.of(FIRST, SECOND)) {
        assertThat(collector.span(trace, intake).parent()).isEqualTo(PRODUCER);
        assertThat(collector.span(trace, "wait").links()).containsExactly(call.id());
      }
      assertThat(results.get("first")).isEqualTo(place(collector.span(FIRST, emit)) + "01");
      assertThat(results.get("second")).isEqualTo(place(collector.span(SECOND, emit)) + "01");
      assertThat(results.get("new")).startsWith(place(collector.span(begun, emit)));
      // whoever began it does not want it recorded, and others are told so
      assertThat(results.get("unwanted")).startsWith("00-" + UNWANTED + "-").endsWith("-00");
      assertThat(collector.names(UNWANTED)).isEmpty();
    }
  }

  /** A call fails and is made again, so that each kind of span is there. */
  @Test
  void namesAndAttributes_areThoseOfTheConventions() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    rig.gemini.behaveNext(1, Behaviour.of(Reply.Canned.OVERLOADED));
    try (Collector collector = new Collector()) {
      Worker worker =
          rig.start(
              "w1", "TRACING_ENABLED", "true", "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
      rig.follow();
      publish(rig, "only", 1, "00-" + FIRST + "-" + PRODUCER + "-01");
      rig.answeredExactlyOnce();
      // sends what is left
      worker.stop();

      List<Span> calls = collector.spans.stream().filter(span -> span.name().equals(CALL)).toList();
      Map<String, Object> asked =
          Map.of(
              "gen_ai.operation.name", "generate_content",
              "gen_ai.provider.name", "gcp.gemini",
              "gen_ai.request.model", "gemini-3.5-flash-lite",
              "server.address", "127.0.0.1",
              "server.port", (long) URI.create(rig.gemini.baseUrl()).getPort());
      Span refused = calls.getFirst();
      assertThat(refused.kind()).isEqualTo(CLIENT);
      assertThat(refused.attributes())
          .containsAllEntriesOf(asked)
          .containsEntry("error.type", "503")
          .doesNotContainKeys("gen_ai.response.model", "gen_ai.usage.input_tokens");
      Span answered = calls.getLast();
      assertThat(answered.kind()).isEqualTo(CLIENT);
      assertThat(answered.attributes())
          .containsAllEntriesOf(asked)
          .containsEntry("gen_ai.response.model", "gemini-3.5-flash-lite")
          .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
          .containsKeys(
              "gen_ai.response.id", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
          .doesNotContainKeys("error.type");
      assertThat(answered.attributes().get("gen_ai.usage.input_tokens")).isInstanceOf(Long.class);

      Span intake = collector.span(FIRST, "process " + rig.topic("requests"));
      assertThat(intake.kind()).isEqualTo(CONSUMER);
      assertThat(intake.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.operation.name", "process")
          .containsEntry("messaging.operation.type", "process")
          .containsEntry("messaging.destination.name", rig.topic("requests"))
          .containsEntry("messaging.kafka.offset", 0L)
          .containsEntry("messaging.consumer.group.name", rig.applicationId)
          .containsKey("messaging.destination.partition.id");
      Span emit = collector.span(FIRST, "send " + rig.topic("results"));
      assertThat(emit.kind()).isEqualTo(PRODUCER_KIND);
      assertThat(emit.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.operation.name", "send")
          .containsEntry("messaging.operation.type", "send")
          .containsEntry("messaging.destination.name", rig.topic("results"));

      List<Histogram> durations = collector.histograms("gen_ai.client.operation.duration", "s");
      assertThat(durations)
          .hasSize(2)
          .allSatisfy(
              it -> {
                assertThat(it.count()).isEqualTo(1);
                assertThat(it.attributes()).containsAllEntriesOf(asked);
                assertThat(it.bounds()).hasSize(14).startsWith(0.01, 0.02).endsWith(40.96, 81.92);
              });
      assertThat(durations.stream().map(it -> it.attributes().get("error.type")))
          .containsExactlyInAnyOrder("503", null);
      List<Histogram> tokens = collector.histograms("gen_ai.client.token.usage", "{token}");
      assertThat(tokens)
          .hasSize(2)
          .allSatisfy(
              it -> {
                assertThat(it.attributes()).containsAllEntriesOf(asked);
                assertThat(it.bounds()).hasSize(14).startsWith(1.0, 4.0).endsWith(67_108_864.0);
              });
      assertThat(tokens.stream().map(it -> it.attributes().get("gen_ai.token.type")))
          .containsExactlyInAnyOrder("input", "output");

      // neither of the question nor of the answer
      assertThat(collector.spans.toString()).doesNotContain("Subject");
    }
  }

  /** Without the flags. */
  private static String place(Span span) {
    return "00-" + span.trace() + "-" + span.id() + "-";
  }
}
