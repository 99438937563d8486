package dev.explanations.lab.soak.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.guarantees.Observation.NotRequested;
import dev.explanations.lab.guarantees.Observation.Requested;
import dev.explanations.lab.guarantees.Witness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes requests, with every compression in turn, and reports each. Used by one thread. */
public final class RequestPublisher implements AutoCloseable {

  /**
   * Longer than brokers are down, so that no send is given up: a record given up may have been
   * written all the same.
   */
  private static final int DELIVERY_TIMEOUT_MILLIS = 120_000;

  private final ObjectMapper json = new ObjectMapper();
  private final List<Producer<byte[], byte[]>> producers;
  private final String topic;
  private final Witness witness;
  private long published;

  public RequestPublisher(String bootstrapServers, String topic, Witness witness) {
    this.topic = topic;
    this.witness = witness;
    this.producers =
        Stream.of("none", "gzip", "snappy", "lz4", "zstd")
            .map(compression -> producer(bootstrapServers, compression))
            .toList();
  }

  /**
   * Publishes a request without waiting for the broker; blocks while the producer's buffer is full.
   */
  public void publish(DrawnRequest ask) {
    Instant deadline = ask.deadline() == null ? null : Instant.now().plus(ask.deadline());
    ObjectNode body =
        json.createObjectNode()
            .put("requestId", ask.requestId())
            .put("topic", ask.topic())
            .put("subtopic", ask.question())
            .put("onUnavailable", ask.failFast() ? "fail" : "retry");
    if (deadline != null) {
      body.put("deadline", deadline.toString());
    }
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(
            topic, ask.requestId().getBytes(UTF_8), body.toString().getBytes(UTF_8));
    ask.headers().forEach((name, value) -> request.headers().add(name, value.getBytes(UTF_8)));
    witness.saw(
        new Requested(
            System.nanoTime(),
            ask.requestId(),
            ask.question(),
            deadline,
            ask.failFast(),
            true,
            ask.headers()));
    Producer<byte[], byte[]> producer = producers.get((int) (published++ % producers.size()));
    Future<RecordMetadata> _ =
        producer.send(
            request,
            (metadata, exception) -> {
              if (exception != null) {

                witness.saw(new NotRequested(System.nanoTime(), ask.requestId(), false));
              }
            });
  }

  /** Sends what is still in the buffers and disconnects. */
  @Override
  public void close() {
    producers.forEach(Producer::close);
  }

  private static Producer<byte[], byte[]> producer(String bootstrapServers, String compression) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            compression,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_TIMEOUT_MILLIS),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
