package dev.explanations.worker.kafka;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.topology.FlowTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and checks those that exist. The three topics that feed the
 * explain task must agree in their number of partitions: nobody else checks that, and a request
 * would wait in one task for an outcome that arrives in another.
 */
public final class TopicSetup {

  private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

  private static final String DELETE = TopicConfig.CLEANUP_POLICY_DELETE;
  private static final String SMALL_SEGMENTS = Integer.toString(16 * 1024 * 1024);
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());

  private final Admin admin;
  private final FlowTopics flow;
  private final Settings.Topics settings;

  public TopicSetup(Admin admin, FlowTopics flow, Settings.Topics settings) {
    this.admin = admin;
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
      List<NewTopic> wanted = wanted();
      create(wanted);
      Map<String, TopicDescription> topics = describe(wanted);
      checkPartitions(topics);
      awaitLeaders(topics);
      return maxDeadLetterBytes();
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
        topic(flow.requests(), settings.partitions(), Map.of()),
        topic(flow.results(), settings.partitions(), Map.of()),
        topic(
            flow.deadLetters(),
            settings.partitions(),
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(ClientProperties.MAX_RECORD_BYTES))),
        topic(flow.accepted(), settings.partitions(), accepted),
        topic(flow.retries(), settings.partitions(), queue),
        topic(flow.outcomes(), settings.partitions(), queue),
        topic(
            settings.control(),
            1,
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
  }

  private NewTopic topic(String name, int partitions, Map<String, String> configs) {
    Optional<Short> replication =
        settings.replicationFactor() < 0
            ? Optional.empty()
            : Optional.of(settings.replicationFactor());
    return new NewTopic(name, Optional.of(partitions), replication).configs(configs);
  }

  private void create(List<NewTopic> wanted) throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    List<NewTopic> missing = wanted.stream().filter(t -> !existing.contains(t.name())).toList();
    Map<String, KafkaFuture<Void>> created = admin.createTopics(missing).values();
    for (Map.Entry<String, KafkaFuture<Void>> topic : created.entrySet()) {
      try {
        topic.getValue().get();
        log.info("Topic {} created", topic.getKey());
      } catch (ExecutionException e) {
        // another worker that starts at the same moment was first
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  private Map<String, TopicDescription> describe(List<NewTopic> topics)
      throws InterruptedException, ExecutionException {
    List<String> names = topics.stream().map(NewTopic::name).toList();
    return Retry.until(
        () -> admin.describeTopics(names).allTopicNames().get(),
        UnknownTopicOrPartitionException.class);
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

  /** An idempotent producer that meets a partition before its leader is ready hangs for minutes. */
  private void awaitLeaders(Map<String, TopicDescription> topics)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    p ->
                        partitions.put(
                            new TopicPartition(name, p.partition()), OffsetSpec.latest())));
    Retry.until(() -> admin.listOffsets(partitions).all().get(), RetriableException.class);
  }

  private int maxDeadLetterBytes() throws InterruptedException, ExecutionException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, flow.deadLetters());
    Config config =
        admin
            .describeConfigs(List.of(topic))
            .all()
            .get()
            .getOrDefault(topic, new Config(List.of()));
    var limit = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    int bytes = limit == null ? ClientProperties.MAX_RECORD_BYTES : Integer.parseInt(limit.value());
    return Math.min(bytes, ClientProperties.MAX_RECORD_BYTES);
  }
}
