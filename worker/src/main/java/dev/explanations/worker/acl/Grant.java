package dev.explanations.worker.acl;

import java.util.Arrays;
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
 * @param purpose what the client does with it
 */
public record Grant(ResourcePattern resource, AclOperation operation, Need need, String purpose) {

  static final String ANY_HOST = "*";

  public AclBinding binding(String principal) {
    return new AclBinding(
        resource, new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW));
  }

  boolean isPrefixed() {
    return resource.patternType() == PatternType.PREFIXED;
  }

  /** Whether the grant is about this topic. */
  boolean isAbout(String topic) {
    return resource.resourceType() == ResourceType.TOPIC
        && (isPrefixed() ? topic.startsWith(resource.name()) : topic.equals(resource.name()));
  }

  /** The same for one topic that the prefix covers. */
  Grant on(String topic) {
    ResourcePattern literal = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
    return new Grant(literal, operation, need, purpose);
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
    return Arrays.stream(operation.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
