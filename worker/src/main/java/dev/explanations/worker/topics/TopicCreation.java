package dev.explanations.worker.topics;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.kafka.StartException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics with as much of their configuration as the cluster allows. A policy ({@code
 * create.topic.policy.class.name}) says only that it refuses a topic, not for which property, and
 * an older broker refuses properties that it does not know: so each is tried by itself, and left to
 * the broker where it is refused. One WARN names those, and what that costs.
 */
record TopicCreation(Admin admin) {

  private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);

  private static final CreateTopicsOptions TRY = new CreateTopicsOptions().validateOnly(true);

  private static final String LATER = "compacted later: more disk, longer restores";

  /** Cost of the broker's own value, by property. A property that is not named here is needed. */
  private static final Map<String, String> COSTS =
      Map.of(
          TopicConfig.SEGMENT_BYTES_CONFIG, "deleted and compacted later: more disk",
          TopicConfig.SEGMENT_MS_CONFIG, LATER,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, LATER,
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, LATER,
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
              "if the broker's is shorter, a long restore brings answered requests back",
          TopicConfig.RETENTION_MS_CONFIG, "what waits for longer than the broker keeps it is lost",
          TopicConfig.RETENTION_BYTES_CONFIG, "what goes beyond the broker's size is lost",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "large records are cut to fit",
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "workers' clocks are compared",
          TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG,
              "a small batch may unpack to more than the heap");

  /** Tried before a property is left to the broker: hosted clusters allow 50 MB and more. */
  private static final Map<String, String> SECOND_CHOICE =
      Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 * 1024 * 1024));

  /**
   * Creates all; another worker may be first.
   *
   * @throws StartException if the cluster refuses a topic, however it is configured
   */
  void create(List<NewTopic> missing) throws InterruptedException, ExecutionException {
    Map<String, List<String>> left = new TreeMap<>();
    List<String> denied = new ArrayList<>();
    Map<String, KafkaFuture<Void>> created = admin.createTopics(missing).values();
    for (NewTopic topic : missing) {
      try {
        if (isAccepted(created.getOrDefault(topic.name(), KafkaFuture.completedFuture(null)))) {
          log.info("Topic {} created", topic.name());
        } else {
          createAsAllowed(topic, left);
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        denied.add(topic.name());
      }
    }
    if (!denied.isEmpty()) {
      throw new StartException(
          NotAllowed.text(AclOperation.CREATE, denied)
              + ": allow it, or have these topics created as --topics prints them");
    }
    if (!left.isEmpty()) {
      log.warn(
          "The cluster does not allow the configuration of topics that the worker asks for: {}",
          left.entrySet().stream()
              .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
              .collect(Collectors.joining("; ")));
    }
  }

  private void createAsAllowed(NewTopic wanted, Map<String, List<String>> left)
      throws InterruptedException, ExecutionException {
    Map<String, String> allowed = new LinkedHashMap<>();
    for (Map.Entry<String, String> property : new TreeMap<>(wanted.configs()).entrySet()) {
      String name = property.getKey();
      String value = property.getValue();
      if (wouldAccept(with(wanted, allowed, name, value))) {
        allowed.put(name, value);
        continue;
      }
      String second = SECOND_CHOICE.get(name);
      String instead = "the broker's own value";
      if (second != null && wouldAccept(with(wanted, allowed, name, second))) {
        allowed.put(name, second);
        instead = second;
      }
      if (isDefault(name, value)) {
        continue;
      }
      String cost = COSTS.get(name);
      if (cost == null) {
        throw refused(List.of(wanted), name + "=" + value + " is needed and refused");
      }
      String what = "%s=%s, instead %s (%s)".formatted(name, value, instead, cost);
      left.computeIfAbsent(what, key -> new ArrayList<>()).add(wanted.name());
    }
    if (!isAccepted(admin.createTopics(List.of(copy(wanted).configs(allowed))).all())) {
      throw refused(List.of(wanted), "a policy of the cluster refuses it");
    }
    log.info("Topic {} created", wanted.name());
  }

  /** As every broker does by itself: queues are deleted, times are those of the records. */
  private static boolean isDefault(String name, String value) {
    return switch (name) {
      case TopicConfig.CLEANUP_POLICY_CONFIG -> value.equals(TopicConfig.CLEANUP_POLICY_DELETE);
      case TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG -> value.equals("CreateTime");
      default -> false;
    };
  }

  private boolean wouldAccept(NewTopic topic) throws InterruptedException, ExecutionException {
    return isAccepted(admin.createTopics(List.of(topic), TRY).all());
  }

  private static boolean isAccepted(KafkaFuture<Void> answer)
      throws InterruptedException, ExecutionException {
    try {
      answer.get();
      return true;
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        // another worker that starts at the same moment was first
        case TopicExistsException _ -> true;
        // in Kafka's hierarchy an invalid configuration, too
        case AuthorizationException _ -> throw e;
        case PolicyViolationException _ -> false;
        case InvalidConfigurationException _ -> false;
        case InvalidRequestException _ -> false;
        case null, default -> throw e;
      };
    }
  }

  private static NewTopic with(
      NewTopic wanted, Map<String, String> allowed, String name, String value) {
    Map<String, String> configs = new LinkedHashMap<>(allowed);
    configs.put(name, value);
    return copy(wanted).configs(configs);
  }

  private static NewTopic copy(NewTopic topic) {
    return new NewTopic(topic.name(), topic.numPartitions(), topic.replicationFactor());
  }

  private static StartException refused(List<NewTopic> topics, String why) {
    return new StartException(
        "Topics that the worker needs cannot be created (%s): %s. Have them created as --topics prints them"
            .formatted(why, topics.stream().map(NewTopic::name).collect(Collectors.joining(", "))));
  }
}
