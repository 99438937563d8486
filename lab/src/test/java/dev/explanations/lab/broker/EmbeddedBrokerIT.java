package dev.explanations.lab.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

  private static final String TOPIC = "numbers";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void start_keepsAddressAndCommittedRecords_afterStop() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      String address = broker.bootstrapServers();
      createTopic(address);
      try (KafkaProducer<String, String> producer = producer(address, "writer")) {
        producer.initTransactions();
        write(producer, "1", true);
        write(producer, "aborted", false);

        broker.stop();
        broker.start();

        assertThat(broker.bootstrapServers()).isEqualTo(address);
        write(producer, "2", true);
      }
      assertThat(readCommitted(address, 2)).containsExactly("1", "2");
    }
  }

  @Test
  void start_continuesDirectory_ofAClosedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      createTopic(broker.bootstrapServers());
      try (KafkaProducer<String, String> producer = producer(broker.bootstrapServers(), "writer")) {
        producer.initTransactions();
        write(producer, "1", true);
      }
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      assertThat(readCommitted(broker.bootstrapServers(), 1)).containsExactly("1");
    }
  }

  @Test
  void broker_createsNoTopicByItself() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", 5_000),
                new StringSerializer(),
                new StringSerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("unknown", "1")).get())
          .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  private static void createTopic(String address) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<String, String> producer(String address, String transactionalId) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", address, "transactional.id", transactionalId),
        new StringSerializer(),
        new StringSerializer());
  }

  private static void write(KafkaProducer<String, String> producer, String value, boolean commit)
      throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, value)).get();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private static List<String> readCommitted(String address, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
