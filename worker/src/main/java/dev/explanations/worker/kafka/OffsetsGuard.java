package dev.explanations.worker.kafka;

import dev.explanations.worker.topology.FlowTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a group whose offsets have expired, as they do after seven idle days: with its sources
 * reset to the earliest record, the application would answer everything again.
 *
 * <p>The first start commits offsets before there is any state, so state without offsets has one
 * meaning only.
 */
public final class OffsetsGuard {

  private static final Logger log = LoggerFactory.getLogger(OffsetsGuard.class);

  private final Admin admin;
  private final String applicationId;
  private final FlowTopics topics;

  public OffsetsGuard(Admin admin, String applicationId, FlowTopics topics) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.topics = topics;
  }

  /**
   * Called before the stream starts.
   *
   * @throws StartException if the application has state but no offsets
   */
  public void check() throws InterruptedException {
    try {
      if (!committed().isEmpty()) {
        return;
      }
      boolean hasState =
          admin.listTopics().names().get().stream()
              .anyMatch(t -> t.startsWith(applicationId + "-") && t.endsWith("-changelog"));
      if (hasState) {
        throw new StartException(
            "APPLICATION_ID "
                + applicationId
                + " has state but no committed offsets: they expire when a group is idle for"
                + " longer than the broker's offsets.retention.minutes. Starting now would answer"
                + " every request again. Set the group's offsets (kafka-consumer-groups"
                + " --reset-offsets) or start under a new APPLICATION_ID");
      }
      commitBeginning();
    } catch (ExecutionException e) {
      throw new StartException("Committed offsets cannot be read: " + e.getCause(), e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed()
      throws InterruptedException, ExecutionException {
    return admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata().get();
  }

  private void commitBeginning() throws InterruptedException, ExecutionException {
    List<String> sources =
        List.of(topics.requests(), topics.accepted(), topics.retries(), topics.outcomes());
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(sources).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              p ->
                  earliest.put(
                      new TopicPartition(topic.name(), p.partition()), OffsetSpec.earliest()));
    }
    Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
    admin
        .listOffsets(earliest)
        .all()
        .get()
        .forEach((p, info) -> beginning.put(p, new OffsetAndMetadata(info.offset())));
    try {
      admin.alterConsumerGroupOffsets(applicationId, beginning).all().get();
    } catch (ExecutionException e) {
      // another worker that starts at the same moment has members in the group already
      if (!(e.getCause() instanceof KafkaException)) {
        throw e;
      }
      log.info("First offsets not committed, the group is active: {}", e.getCause().getMessage());
    }
  }
}
