package dev.explanations.lab.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Answers requests without explaining anything: as many results as the request's field {@code
 * results} says, 1 by default. Each result is written twice, first in a transaction that is
 * aborted, so that a reader of uncommitted records would count too many.
 */
public final class FakeWorker implements AutoCloseable {

  public static final String REQUESTS = "explanations.requests";
  public static final String RESULTS = "explanations.results";

  private final ObjectMapper json = new ObjectMapper();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread = Thread.ofPlatform().name("fake-worker").unstarted(this::run);

  private FakeWorker(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "transactional.id",
                UUID.randomUUID().toString()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Creates both topics with two partitions each and starts. */
  public static FakeWorker start(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              List.of(new NewTopic(REQUESTS, 2, (short) 1), new NewTopic(RESULTS, 2, (short) 1)))
          .all()
          .get();
    }
    FakeWorker worker = new FakeWorker(bootstrapServers);
    worker.producer.initTransactions();
    List<TopicPartition> partitions =
        List.of(new TopicPartition(REQUESTS, 0), new TopicPartition(REQUESTS, 1));
    worker.consumer.assign(partitions);
    worker.consumer.seekToBeginning(partitions);
    worker.thread.start();
    return worker;
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try (consumer;
        producer) {
      while (true) {
        var records = consumer.poll(Duration.ofMillis(100));
        if (!records.isEmpty()) {
          for (boolean commit : new boolean[] {false, true}) {
            producer.beginTransaction();
            records.forEach(this::answer);
            producer.flush();
            if (commit) {
              producer.commitTransaction();
            } else {
              producer.abortTransaction();
            }
          }
        }
      }
    } catch (WakeupException e) {
      // closed
    }
  }

  private void answer(ConsumerRecord<byte[], byte[]> record) {
    try {
      JsonNode request = json.readTree(record.value());
      ObjectNode result = json.createObjectNode();
      result
          .put("requestId", request.path("requestId").asText())
          .put("status", "explained")
          .put("source", "gemini")
          .put("attempts", 1);
      for (int i = 0; i < request.path("results").asInt(1); i++) {
        var _ = producer.send(new ProducerRecord<>(RESULTS, null, json.writeValueAsBytes(result)));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
