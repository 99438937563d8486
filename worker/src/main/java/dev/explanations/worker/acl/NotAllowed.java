package dev.explanations.worker.acl;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Messages about operations that the cluster's authorizer refuses. Kafka's exceptions name no
 * operation; the caller knows which one was tried.
 */
public final class NotAllowed {

  private NotAllowed() {}

  /** One line about grants that are missing. */
  public static String text(List<Grant> missing) {
    return line(missing.stream().map(Grant::text).collect(Collectors.joining(", ")));
  }

  /** One line about an operation that was refused on topics. */
  public static String text(AclOperation tried, Collection<String> topics) {
    return line(Grant.name(tried) + " on topic " + String.join(", ", topics));
  }

  private static String line(String what) {
    return "not allowed: " + what + " (see --acls)";
  }

  /**
   * The message of a failure. That of a refusal names resource and operation.
   *
   * @param tried the operation on the topics
   * @param topics those that were used, for a refusal that does not name its own
   */
  public static String message(Throwable failure, AclOperation tried, Collection<String> topics) {
    return refusal(failure)
        .map(
            refused ->
                switch (refused) {
                  case TopicAuthorizationException e ->
                      text(
                          tried,
                          e.unauthorizedTopics().isEmpty() ? topics : e.unauthorizedTopics());
                  case GroupAuthorizationException e -> line("Read on group " + e.groupId());
                  default -> line(String.valueOf(refused.getMessage()));
                })
        .orElseGet(() -> String.valueOf(failure.getMessage()));
  }

  /** The refusal that a failure is or was caused by. */
  static Optional<AuthorizationException> refusal(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException refused) {
        return Optional.of(refused);
      }
    }
    return Optional.empty();
  }
}
