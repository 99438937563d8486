package dev.explanations.lab.faults.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.guarantees.Observation.NotRequested;
import dev.explanations.lab.guarantees.Observation.Requested;
import dev.explanations.lab.guarantees.Witness;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes valid and invalid requests and garbage, and reports each request. Retries for ten
 * minutes, longer than Kafka is down, so that the fate of a record is known in the end.
 * Thread-safe.
 */
public final class HostileProducer implements AutoCloseable {

  public static final List<String> COMPRESSIONS = List.of("none", "gzip", "snappy", "lz4", "zstd");

  /** Topic that its valid requests ask about. */
  public static final String TOPIC = "Faults";

  private static final String REQUESTS = "explanations.requests";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration TRANSACTION = Duration.ofSeconds(10);

  private final String bootstrapServers;
  private final Witness witness;
  private final Map<String, KafkaProducer<byte[], byte[]>> byCompression =
      new ConcurrentHashMap<>();

  public HostileProducer(String bootstrapServers, Witness witness) {
    this.bootstrapServers = bootstrapServers;
    this.witness = witness;
  }

  /**
   * A request record.
   *
   * @param question empty where no answer is due
   * @param valid whether another result than {@code rejected} is due
   * @param due headers that must be on the result
   */
  public record Request(
      String id,
      String question,
      ProducerRecord<byte[], byte[]> record,
      boolean valid,
      Map<String, String> due) {

    /** A valid request, about a question of its own. */
    public static Request good(String id) {
      return good(id, new RecordHeaders(), Map.of());
    }

    /** A valid request with headers. */
    public static Request good(String id, RecordHeaders headers, Map<String, String> due) {
      String question = "Fault " + id;
      return new Request(id, question, record(id, json(id, question), headers), true, due);
    }

    /** A request to be rejected. */
    public static Request bad(String id, byte @Nullable [] value, RecordHeaders headers) {
      return new Request(id, "", record(id, value, headers), false, Map.of());
    }

    private static byte[] json(String id, String question) {
      return "{\"requestId\":\"%s\",\"topic\":\"%s\",\"subtopic\":\"%s\"}"
          .formatted(id, TOPIC, question)
          .getBytes(UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(
        String id, byte @Nullable [] value, RecordHeaders headers) {
      return new ProducerRecord<>(REQUESTS, null, id.getBytes(UTF_8), value, headers);
    }
  }

  /** Publishes requests, and returns when the broker has all. */
  public void publish(String compression, List<Request> requests) {
    KafkaProducer<byte[], byte[]> producer = producer(compression);
    for (Request request : requests) {
      report(request);
      var _ =
          producer.send(
              request.record(),
              (metadata, failure) -> {
                if (failure != null) {
                  withdraw(request, false);
                }
              });
    }
    producer.flush();
  }

  /**
   * Publishes a record that no result is due for.
   *
   * @param choice selects the partition; any number
   */
  public void publish(String topic, byte @Nullable [] key, byte @Nullable [] value, int choice) {
    KafkaProducer<byte[], byte[]> producer = producer("none");
    int partition = Math.floorMod(choice, producer.partitionsFor(topic).size());
    var _ = producer.send(new ProducerRecord<>(topic, partition, key, value));
    producer.flush();
  }

  /** Publishes requests in one transaction. */
  public void transact(String transactionalId, List<Request> requests, boolean commits) {
    Map<String, Object> properties = new HashMap<>(properties("lz4"));
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION.toMillis()));
    try (KafkaProducer<byte[], byte[]> producer = connect(properties)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (Request request : requests) {
        report(request);
        var _ = producer.send(request.record());
      }
      producer.flush();
      if (commits) {
        commit(producer, requests);
      } else {
        abort(producer, requests);
      }
    }
  }

  /** Commits, and repeats that after a timeout until the outcome is known. */
  private void commit(KafkaProducer<byte[], byte[]> producer, List<Request> requests) {
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        // once more
      } catch (KafkaException e) {
        // its time was up, and the coordinator has aborted it, or a repeated commit came too late
        requests.forEach(request -> withdraw(request, false));
        return;
      }
    }
  }

  private void abort(KafkaProducer<byte[], byte[]> producer, List<Request> requests) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      // the coordinator aborts it when its time is up
    }
    requests.forEach(request -> withdraw(request, true));
  }

  private void report(Request request) {
    witness.saw(
        new Requested(
            System.nanoTime(),
            request.id(),
            request.question(),
            null,
            false,
            request.valid(),
            request.due()));
  }

  private void withdraw(Request request, boolean certain) {
    witness.saw(new NotRequested(System.nanoTime(), request.id(), certain));
  }

  private KafkaProducer<byte[], byte[]> producer(String compression) {
    return byCompression.computeIfAbsent(compression, name -> connect(properties(name)));
  }

  private static KafkaProducer<byte[], byte[]> connect(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> properties(String compression) {
    int patience = Math.toIntExact(PATIENCE.toMillis());
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ProducerConfig.COMPRESSION_TYPE_CONFIG,
        compression,
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        8_000_000L,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        patience,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        (long) patience);
  }

  @Override
  public void close() {
    byCompression.values().forEach(producer -> producer.close(Duration.ofSeconds(10)));
  }
}
