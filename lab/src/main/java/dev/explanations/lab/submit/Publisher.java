package dev.explanations.lab.submit;

import dev.explanations.worker.acl.NotAllowed;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes requests and notes each in the ledger. Thread-safe. */
public final class Publisher implements AutoCloseable {

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Ledger ledger;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Connects.
   *
   * @param clientProperties of the producer, for instance for security; they override our own
   */
  public Publisher(
      String bootstrapServers, String topic, Ledger ledger, Map<String, String> clientProperties) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.putAll(clientProperties);
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
    this.ledger = ledger;
  }

  /** Sends a request; blocks while the producer's buffer is full. See {@link #flush}. */
  public void publish(RequestLine request) {
    publish(request.requestId(), request.json());
  }

  /** Sends a request whose id is also the record's key. */
  public void publish(@Nullable String requestId, String json) {
    if (requestId != null) {
      ledger.published(requestId, System.nanoTime());
    }
    byte[] key = requestId == null ? null : requestId.getBytes(StandardCharsets.UTF_8);
    Future<RecordMetadata> _ =
        producer.send(
            new ProducerRecord<>(topic, key, json.getBytes(StandardCharsets.UTF_8)),
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
  }

  /**
   * Waits until the broker has acknowledged what was sent.
   *
   * @throws IllegalStateException when a request could not be published
   */
  public void flush() {
    producer.flush();
    Exception cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException(
          "cannot publish to "
              + topic
              + ": "
              + NotAllowed.message(cause, AclOperation.WRITE, List.of(topic)),
          cause);
    }
  }

  /** Sends what is still in the buffer and disconnects. */
  @Override
  public void close() {
    producer.close();
  }
}
