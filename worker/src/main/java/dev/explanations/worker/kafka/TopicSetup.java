package dev.explanations.worker.kafka;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.TaskStores;
import dev.explanations.worker.topology.FlowTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Creates the topics that are missing and checks those that exist. The three topics that feed the
 * explain task must agree in their number of partitions: nobody else checks that, and a request
 * would wait in one task for an outcome that arrives in another.
 */
public final class TopicSetup {

  private static final String DELETE = TopicConfig.CLEANUP_POLICY_DELETE;
  private static final String SMALL_SEGMENTS = Integer.toString(TaskStores.SEGMENT_BYTES);
  private static final String SMALLEST_SEGMENTS = Integer.toString(1024 * 1024);
  private static final String HOUR = Long.toString(Duration.ofHours(1).toMillis());
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());

  private final TopicAdmin admin;
  private final FlowTopics flow;
  private final Settings.Topics settings;

  public TopicSetup(Admin admin, FlowTopics flow, Settings.Topics settings) {
    this.admin = new TopicAdmin(admin, settings.replicationFactor());
    this.flow = flow;
    this.settings = settings;
  }

  /**
   * Blocks until every topic can be written to.
   *
   * @return the largest record, in bytes, that the dead-letter topic takes
   * @throws StartException if existing topics do not fit the settings
   */
  public int prepare() throws InterruptedException {
    try {
      checkPartitions(admin.ensure(wanted()));
      return admin.maxRecordBytes(flow.deadLetters());
    } catch (ExecutionException e) {
      throw new StartException("Topics cannot be prepared: " + e.getCause(), e);
    }
  }

  private List<NewTopic> wanted() {
    Map<String, String> queue =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, DELETE,
            TopicConfig.SEGMENT_BYTES_CONFIG, SMALL_SEGMENTS,
            TopicConfig.RETENTION_MS_CONFIG, WEEK);
    Map<String, String> accepted = new HashMap<>(queue);
    accepted.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    return List.of(
        topic(flow.requests(), Map.of()),
        topic(flow.results(), Map.of()),
        topic(
            flow.deadLetters(),
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(ClientProperties.MAX_RECORD_BYTES))),
        topic(flow.accepted(), accepted),
        topic(flow.retries(), queue),
        topic(flow.outcomes(), queue),
        admin.topic(settings.control(), 1, control()));
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
    return admin.topic(name, settings.partitions(), configs);
  }

  private void checkPartitions(Map<String, TopicDescription> topics) {
    List<String> wrong = new ArrayList<>();
    for (String name : List.of(flow.accepted(), flow.retries(), flow.outcomes())) {
      TopicDescription topic = topics.get(name);
      int actual = topic == null ? 0 : topic.partitions().size();
      if (actual != settings.partitions()) {
        wrong.add(name + " has " + actual);
      }
    }
    if (!wrong.isEmpty()) {
      throw new StartException(
          "PARTITIONS is "
              + settings.partitions()
              + ", but "
              + String.join(", ", wrong)
              + ": these topics must all have PARTITIONS partitions, which are fixed for the life"
              + " of an APPLICATION_ID");
    }
  }
}
