package dev.explanations.worker.topics;

import dev.explanations.worker.acl.GrantCheck;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.store.TaskStores;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares committed offsets with what the topics hold, before the stream starts. Notices a group
 * whose offsets have expired, as they do after seven idle days: with its sources reset to the
 * earliest record, the application would answer everything again. And requests that were deleted
 * before anybody read them: the same reset passes over them silently.
 *
 * <p>The first start commits offsets before there is any state, so state without offsets has one
 * meaning only.
 *
 * @param purged told of each topic and how many of its records were deleted unread
 */
public record OffsetsGuard(
    Admin admin,
    String applicationId,
    FlowTopics topics,
    GrantCheck grants,
    ObjLongConsumer<String> purged) {

  private static final Logger log = LoggerFactory.getLogger(OffsetsGuard.class);

  /** Most partitions in one log line; a topic may have thousands. */
  private static final int NAMED = 20;

  /**
   * Called when all topics exist, before the stream starts.
   *
   * @throws StartException if the application has state but no offsets
   */
  public void check() throws InterruptedException {
    try {
      // read before the offsets: another worker may delete what it has just committed
      Map<TopicPartition, Long> beginning = offsets(topics.sources(), OffsetSpec.earliest());
      Map<TopicPartition, OffsetAndMetadata> committed = committed();
      if (!committed.isEmpty()) {
        tellOfUnread(beginning, committed);
      } else if (hasState()) {
        throw new StartException(
            "APPLICATION_ID "
                + applicationId
                + " has state but no committed offsets: they expire when a group is idle for"
                + " longer than the broker's offsets.retention.minutes. Starting now would answer"
                + " every request again. Set the group's offsets (kafka-consumer-groups"
                + " --reset-offsets) or start under a new APPLICATION_ID");
      } else {
        commit(beginning);
      }
    } catch (ExecutionException e) {
      throw new StartException(
          grants.explain(e).orElse("Committed offsets cannot be read: " + e.getCause()), e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed()
      throws InterruptedException, ExecutionException {
    return admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata().get();
  }

  /** State is records: topics alone may have been created by hand. */
  private boolean hasState() throws InterruptedException, ExecutionException {
    List<String> changelogs = TaskStores.changelogs(applicationId);
    Map<TopicPartition, Long> beginning = offsets(changelogs, OffsetSpec.earliest());
    return !offsets(changelogs, OffsetSpec.latest()).equals(beginning);
  }

  private void tellOfUnread(
      Map<TopicPartition, Long> beginning, Map<TopicPartition, OffsetAndMetadata> committed)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> unread =
        new TreeMap<>(Comparator.comparing(TopicPartition::toString));
    beginning.forEach(
        (partition, first) -> {
          OffsetAndMetadata offset = committed.get(partition);
          if (offset != null && offset.offset() < first) {
            unread.put(partition, first - offset.offset());
          }
        });
    if (unread.isEmpty()) {
      return;
    }
    unread.forEach((partition, records) -> purged.accept(partition.topic(), records));
    log.warn(
        "{} records were deleted before they were read: the retention of their topics is shorter"
            + " than the application was stopped, and no request among them is answered; {}{}",
        unread.values().stream().mapToLong(Long::longValue).sum(),
        unread.entrySet().stream()
            .limit(NAMED)
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", ")),
        unread.size() > NAMED ? " and " + (unread.size() - NAMED) + " more partitions" : "");
    // or the next start says it again, of a partition to which nothing was written meanwhile
    beginning.keySet().retainAll(unread.keySet());
    commit(beginning);
  }

  private Map<TopicPartition, Long> offsets(Collection<String> names, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted =
        TopicAdmin.partitions(admin.describeTopics(names).allTopicNames().get().values(), which);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin.listOffsets(wanted).all().get().forEach((p, info) -> offsets.put(p, info.offset()));
    return offsets;
  }

  private void commit(Map<TopicPartition, Long> offsets)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
    offsets.forEach((partition, offset) -> wanted.put(partition, new OffsetAndMetadata(offset)));
    try {
      admin.alterConsumerGroupOffsets(applicationId, wanted).all().get();
    } catch (ExecutionException e) {
      // another worker that starts at the same moment has members in the group already
      if (!(e.getCause() instanceof KafkaException)
          || e.getCause() instanceof AuthorizationException) {
        throw e;
      }
      log.info("Offsets not committed, the group is active: {}", e.getCause().getMessage());
    }
  }
}
