package dev.explanations.worker.acl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Asks the cluster which grants its authorizer withholds from the asking client. The question needs
 * no grant itself and changes nothing. Thread-safe; blocks for {@code TIMEOUT_MS} at most.
 */
public record GrantCheck(Admin admin, List<Grant> grants) {

  private static final int TIMEOUT_MS = 5_000;

  /** Completes a prefix to a name, of a group or a transactional id that need not exist. */
  private static final String ANY_NAME = "acls";

  /**
   * Grants that are missing, those to create topics excepted: a topic that exists needs none. An
   * answer that does not come counts as a yes, as does one of a cluster without an authorizer.
   */
  public List<Grant> missing() throws InterruptedException {
    // all questions first, so that the answers come at the same time
    Map<String, KafkaFuture<TopicDescription>> descriptions = describeTopics();
    Map<Grant, KafkaFuture<?>> looks = new LinkedHashMap<>();
    for (Grant grant : grants) {
      switch (grant.resource().resourceType()) {
        case TOPIC -> {} // among the descriptions
        case GROUP -> looks.put(grant, lookAtGroup(name(grant)));
        case TRANSACTIONAL_ID -> looks.put(grant, lookAtTransaction(name(grant)));
        default -> throw new IllegalStateException("no way to ask about " + grant);
      }
    }
    Map<String, Set<AclOperation>> allowed = allowed(descriptions);
    List<Grant> missing = new ArrayList<>();
    for (Grant grant : grants) {
      missing.addAll(missingOf(grant, allowed));
    }
    for (Map.Entry<Grant, KafkaFuture<?>> look : looks.entrySet()) {
      if (isDenied(look.getValue())) {
        missing.add(look.getKey());
      }
    }
    return List.copyOf(missing);
  }

  /**
   * One line that names the missing grants, if an authorizer's refusal is the cause of a failure.
   */
  public Optional<String> explain(Throwable failure) {
    return NotAllowed.refusal(failure).map(this::explainRefusal);
  }

  private String explainRefusal(AuthorizationException refused) {
    try {
      List<Grant> missing = missing();
      // others may be withheld on purpose
      List<Grant> required =
          missing.stream().filter(grant -> grant.need() == Need.REQUIRED).toList();
      if (!missing.isEmpty()) {
        return NotAllowed.text(required.isEmpty() ? missing : required);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // allowed again meanwhile, or the cluster cannot be asked
    return "not allowed (see --acls): " + refused.getMessage();
  }

  /** The grant itself where none of its topics has it, else the grants on those that lack it. */
  private List<Grant> missingOf(Grant grant, Map<String, Set<AclOperation>> allowed) {
    if (grant.need() == Need.CREATION) {
      return List.of();
    }
    List<String> known = grant.topics().stream().filter(allowed::containsKey).toList();
    List<String> without =
        known.stream()
            .filter(topic -> !allowed.getOrDefault(topic, Set.of()).contains(grant.operation()))
            .toList();
    if (without.isEmpty()) {
      return List.of();
    }
    return without.size() == known.size()
        ? List.of(grant)
        : without.stream().map(grant::on).toList();
  }

  private Map<String, KafkaFuture<TopicDescription>> describeTopics() {
    return admin
        .describeTopics(
            grants.stream().flatMap(grant -> grant.topics().stream()).distinct().toList(),
            new DescribeTopicsOptions().includeAuthorizedOperations(true).timeoutMs(TIMEOUT_MS))
        .topicNameValues();
  }

  /** Operations by topic, without the topics that the cluster tells nothing about. */
  private static Map<String, Set<AclOperation>> allowed(
      Map<String, KafkaFuture<TopicDescription>> answers) throws InterruptedException {
    Map<String, Set<AclOperation>> allowed = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
      try {
        Set<AclOperation> operations = answer.getValue().get().authorizedOperations();
        // who may see a topic may at least describe it: no operations are no answer
        if (operations != null && !operations.isEmpty()) {
          allowed.put(answer.getKey(), operations);
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          // nothing that implies Describe; whether its configuration may be read stays unknown
          allowed.put(answer.getKey(), Set.of(AclOperation.DESCRIBE_CONFIGS));
        }
      }
    }
    return allowed;
  }

  private static String name(Grant grant) {
    return grant.resource().name() + (grant.isPrefixed() ? ANY_NAME : "");
  }

  private KafkaFuture<?> lookAtGroup(String name) {
    return admin
        .listConsumerGroupOffsets(name, new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MS))
        .partitionsToOffsetAndMetadata();
  }

  private KafkaFuture<?> lookAtTransaction(String id) {
    return admin
        .describeTransactions(List.of(id), new DescribeTransactionsOptions().timeoutMs(TIMEOUT_MS))
        .description(id);
  }

  private static boolean isDenied(KafkaFuture<?> answer) throws InterruptedException {
    try {
      var _ = answer.get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof AuthorizationException;
    }
  }
}
