package dev.explanations.worker.topics;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.kafka.ClientProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates topics, waits until they are writable, and reads their configuration. Thread-safe. */
public record TopicAdmin(Admin admin) {

  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

  private static final String SINCE_4_4 = TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG;

  private static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(60);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

  /** A topic to {@link #ensure}; a negative replication factor is the broker's default. */
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
    // an idempotent producer that meets a partition before its leader is ready hangs for minutes
    Map<TopicPartition, OffsetSpec> leaders = partitions(topics.values(), OffsetSpec.latest());
    retried(() -> admin.listOffsets(leaders).all(), RetriableException.class);
    return topics;
  }

  /** Topics that exist, or have been created a moment ago. */
  private Map<String, TopicDescription> describe(List<String> names)
      throws InterruptedException, ExecutionException {
    return retried(
        () -> admin.describeTopics(names).allTopicNames(), UnknownTopicOrPartitionException.class);
  }

  /** Every partition of these topics with the offset to ask for. */
  static Map<TopicPartition, OffsetSpec> partitions(
      Collection<TopicDescription> topics, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (TopicDescription topic : topics) {
      topic
          .partitions()
          .forEach(p -> partitions.put(new TopicPartition(topic.name(), p.partition()), which));
    }
    return partitions;
  }

  /** Repeats a request while the cluster catches up with itself. */
  private static <T> T retried(
      Supplier<KafkaFuture<T>> request, Class<? extends ApiException> transientFailure)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    while (true) {
      try {
        return request.get().get();
      } catch (ExecutionException e) {
        if (!transientFailure.isInstance(e.getCause())
            || System.nanoTime() - start > GIVE_UP_AFTER.toNanos()) {
          throw e;
        }
      }
      Thread.sleep(RETRY_PAUSE);
    }
  }

  /** The largest record, in bytes, that an existing topic takes from the worker's producers. */
  public int maxRecordBytes(String name) throws InterruptedException, ExecutionException {
    return maxRecordBytes(configs(List.of(name)).get(name));
  }

  /**
   * Largest record by a topic's configuration, in bytes.
   *
   * @param config {@code null} if it is not known: then Kafka's own default
   */
  static int maxRecordBytes(@Nullable Config config) {
    int packed = number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, DEFAULT_MAX_MESSAGE_BYTES);
    int unpacked = number(config, SINCE_4_4, Integer.MAX_VALUE);
    return Math.min(Math.min(packed, unpacked), ClientProperties.MAX_RECORD_BYTES);
  }

  private static int number(@Nullable Config config, String name, int unlessKnown) {
    ConfigEntry entry = config == null ? null : config.get(name);
    return entry == null || entry.value() == null ? unlessKnown : Integer.parseInt(entry.value());
  }

  /** How topics are configured: those that exist, and that the worker may look at. */
  Map<String, Config> configs(List<String> names) throws InterruptedException, ExecutionException {
    Map<String, Config> configs = new HashMap<>();
    var results =
        admin
            .describeConfigs(
                names.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList())
            .values();
    List<String> denied = new ArrayList<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic : results.entrySet()) {
      String name = topic.getKey().name();
      try {
        configs.put(name, topic.getValue().get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          denied.add(name);
        } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    if (!denied.isEmpty()) {
      log.warn(
          "Kafka's default sizes of records are assumed: {}",
          NotAllowed.text(AclOperation.DESCRIBE_CONFIGS, denied));
    }
    return configs;
  }
}
