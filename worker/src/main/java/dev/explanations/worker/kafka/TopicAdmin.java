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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics as the worker needs them: there, and ready to be written to. Safe for many threads. */
public final class TopicAdmin {

  private final Admin admin;

  public TopicAdmin(Admin admin) {
    this.admin = admin;
  }

  /**
   * A topic to {@link #ensure}.
   *
   * @param replicationFactor negative is the broker's default
   */
  public static NewTopic topic(
      String name, int partitions, short replicationFactor, Map<String, String> configs) {
    Optional<Short> replication =
        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
    return new NewTopic(name, Optional.of(partitions), replication).configs(configs);
  }

  /**
   * Creates those that are missing, and blocks until all can be written to.
   *
   * @throws StartException if the cluster refuses to create one
   */
  public Map<String, TopicDescription> ensure(List<NewTopic> wanted)
      throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    new TopicCreation(admin)
        .create(wanted.stream().filter(topic -> !existing.contains(topic.name())).toList());
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
