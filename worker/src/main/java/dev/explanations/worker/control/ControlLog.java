package dev.explanations.worker.control;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** Identity of the control topic, and new clients for it. Thread-safe. */
public final class ControlLog {

  private final Admin admin;
  private final Map<String, Object> consumerProperties;
  private final Map<String, Object> producerProperties;
  private final String topic;

  /** The topic has one partition and is compacted. */
  public ControlLog(
      Admin admin,
      Map<String, Object> consumerProperties,
      Map<String, Object> producerProperties,
      String topic) {
    this.admin = admin;
    this.consumerProperties = consumerProperties;
    this.producerProperties = producerProperties;
    this.topic = topic;
  }

  TopicPartition partition() {
    return new TopicPartition(topic, 0);
  }

  /** The topic's id, which changes when it is deleted and created again. Does not block. */
  CompletionStage<String> id() {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .toCompletionStage()
        .thenApply(topics -> topics.values().iterator().next().topicId().toString());
  }

  Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(consumerProperties);
  }

  Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(producerProperties);
  }
}
