package dev.explanations.worker.acl;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One operation that a client must be allowed on one resource.
 *
 * @param resource a literal name, or a prefix of names
 * @param topics names that the resource stands for; none unless it is about topics
 * @param purpose what the client does with it
 */
public record Grant(
    ResourcePattern resource,
    List<String> topics,
    AclOperation operation,
    Need need,
    String purpose) {

  static final String ANY_HOST = "*";

  public AclBinding binding(String principal) {
    return new AclBinding(
        resource, new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW));
  }

  boolean isPrefixed() {
    return resource.patternType() == PatternType.PREFIXED;
  }

  /** The same for one of the topics. */
  Grant on(String topic) {
    ResourcePattern literal = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
    return new Grant(literal, List.of(topic), operation, need, purpose);
  }

  /** For example {@code Read on topic explanations.requests}; a prefix ends in an asterisk. */
  public String text() {
    return name(operation)
        + " on "
        + resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', ' ')
        + (isPrefixed() ? "s " : " ")
        + resource.name()
        + (isPrefixed() ? "*" : "");
  }

  /** Name of an operation as {@code kafka-acls.sh} takes it. */
  static String name(AclOperation operation) {
    return Arrays.stream(operation.name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
