package dev.explanations.lab.guarantees;

import dev.explanations.lab.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kafka for tests that need not stop it. */
record Broker(String bootstrapServers, Runnable end) implements AutoCloseable {

  /** The image of docker-compose.yml. */
  private static final DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.4.0");

  /** From its official image, or embedded. */
  static Broker start(Path directory) {
    return Containers.orEmbedded(
        Broker::startContainer, () -> Broker.of(EmbeddedBroker.start(directory)));
  }

  static Broker of(EmbeddedBroker broker) {
    return new Broker(broker.bootstrapServers(), broker::close);
  }

  /** With what the embedded one has otherwise than a broker has by default. */
  @SuppressWarnings("resource") // closed as the broker is
  private static Broker startContainer() {
    KafkaContainer kafka =
        new KafkaContainer(IMAGE)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .withEnv("KAFKA_LOG_CLEANER_BACKOFF_MS", "1000")
            .withEnv("KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS", "10000")
            .withEnv("KAFKA_LOG_SEGMENT_DELETE_DELAY_MS", "1000");
    kafka.start();
    return new Broker(kafka.getBootstrapServers(), kafka::close);
  }

  @Override
  public void close() {
    end.run();
  }
}
