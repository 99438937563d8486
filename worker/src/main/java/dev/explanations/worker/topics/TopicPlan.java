package dev.explanations.worker.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.TaskStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Every topic that the worker needs, with its partitions and configuration; those that Kafka
 * Streams would otherwise create itself, too, so that one place knows what the cluster has to
 * allow.
 */
public final class TopicPlan {

  private static final String DELETE = TopicConfig.CLEANUP_POLICY_DELETE;
  private static final String SMALL_SEGMENTS = Integer.toString(TaskStores.SEGMENT_BYTES);
  private static final String SMALLEST_SEGMENTS = Integer.toString(1024 * 1024);
  private static final String HOUR = Long.toString(Duration.ofHours(1).toMillis());
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());

  private final Settings.Topics settings;
  private final Duration tombstonesKept;
  private final FlowTopics flow;
  private final List<String> changelogs;

  public TopicPlan(Settings settings) {
    this.tombstonesKept = TaskStores.tombstonesKept(settings.cache().maxEntries());
    this.settings = settings.topics();
    String applicationId = settings.streams().applicationId();
    this.flow = FlowTopics.of(settings.topics(), applicationId);
    this.changelogs = TaskStores.changelogs(applicationId);
  }

  /** Topics that must all have {@code PARTITIONS} partitions, since they meet in one task. */
  List<String> partitionedAlike() {
    return Stream.concat(
            Stream.of(flow.accepted(), flow.retries(), flow.outcomes()), changelogs.stream())
        .toList();
  }

  List<NewTopic> topics() {
    String unpacked = Integer.toString(TopicSizes.MAX_UNPACKED_BYTES);
    Map<String, String> queue =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, DELETE,
            TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG, unpacked,
            TopicConfig.SEGMENT_BYTES_CONFIG, SMALL_SEGMENTS,
            TopicConfig.RETENTION_MS_CONFIG, WEEK);
    Map<String, String> accepted = new HashMap<>(queue);
    accepted.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    List<NewTopic> topics = new ArrayList<>();
    topics.add(
        topic(
            flow.requests(), Map.of(TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG, unpacked)));
    topics.add(topic(flow.results(), Map.of()));
    topics.add(
        topic(
            flow.deadLetters(),
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(ClientProperties.MAX_RECORD_BYTES),
                TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG,
                Integer.toString(ClientProperties.MAX_RECORD_BYTES))));
    topics.add(topic(flow.accepted(), accepted));
    topics.add(topic(flow.retries(), queue));
    topics.add(topic(flow.outcomes(), queue));
    Map<String, String> changelog = TaskStores.changelog(tombstonesKept);
    changelogs.forEach(name -> topics.add(topic(name, changelog)));
    topics.add(TopicAdmin.topic(settings.control(), 1, settings.replicationFactor(), control()));
    return List.copyOf(topics);
  }

  /** An element of {@link #json}. */
  private record Printed(
      String name, int partitions, short replicationFactor, TreeMap<String, String> configs) {}

  /**
   * An array of objects, ready for another tool to create the topics.
   *
   * @param more topics that the worker creates only when it is asked for what needs them
   */
  public String json(NewTopic... more) {
    List<Printed> all =
        Stream.concat(topics().stream(), Stream.of(more))
            .map(
                topic ->
                    new Printed(
                        topic.name(),
                        topic.numPartitions(),
                        topic.replicationFactor(),
                        new TreeMap<>(topic.configs())))
            .toList();
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Each worker writes 3 MB of heartbeats a day, and every start reads the whole topic. Times are
   * the broker's, so that those of the workers can be compared, and none is refused for its clock.
   */
  private static Map<String, String> control() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
        "LogAppendTime",
        TopicConfig.SEGMENT_BYTES_CONFIG,
        SMALLEST_SEGMENTS,
        TopicConfig.SEGMENT_MS_CONFIG,
        HOUR,
        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
        "0.1",
        TopicConfig.DELETE_RETENTION_MS_CONFIG,
        HOUR);
  }

  private NewTopic topic(String name, Map<String, String> configs) {
    return TopicAdmin.topic(name, settings.partitions(), settings.replicationFactor(), configs);
  }
}
