package dev.explanations.worker.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
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

/** Topics as the worker needs them: there, and ready to be written to. Safe for many threads. */
public final class TopicAdmin {

  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

  private final Admin admin;
  private final short replicationFactor;

  /**
   * @param replicationFactor of topics that are created; negative is the broker's default
   */
  public TopicAdmin(Admin admin, short replicationFactor) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
  }

  /** A topic to {@link #ensure}. */
  public NewTopic topic(String name, int partitions, Map<String, String> configs) {
    Optional<Short> replication =
        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
    return new NewTopic(name, Optional.of(partitions), replication).configs(configs);
  }

  /** Creates those that are missing, and blocks until all can be written to. */
  public Map<String, TopicDescription> ensure(List<NewTopic> wanted)
      throws InterruptedException, ExecutionException {
    create(wanted);
    Map<String, TopicDescription> topics = describe(wanted.stream().map(NewTopic::name).toList());
    awaitLeaders(topics);
    return topics;
  }

  /** Topics that exist, or have been created a moment ago. */
  private Map<String, TopicDescription> describe(List<String> names)
      throws InterruptedException, ExecutionException {
    return Retry.until(
        () -> admin.describeTopics(names).allTopicNames().get(),
        UnknownTopicOrPartitionException.class);
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

  /** The largest record, in bytes, that an existing topic takes from the worker's producers. */
  public int maxRecordBytes(String name) throws InterruptedException, ExecutionException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
    Config config =
        admin
            .describeConfigs(List.of(topic))
            .all()
            .get()
            .getOrDefault(topic, new Config(List.of()));
    ConfigEntry limit = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    int bytes = limit == null ? ClientProperties.MAX_RECORD_BYTES : Integer.parseInt(limit.value());
    return Math.min(bytes, ClientProperties.MAX_RECORD_BYTES);
  }
}
