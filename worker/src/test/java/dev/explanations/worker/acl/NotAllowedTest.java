package dev.explanations.worker.acl;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class NotAllowedTest {

  private static final List<String> TOPICS = List.of("control");

  @Test
  void refusal_isNamedByOperationAndResource() {
    assertThat(NotAllowed.message(new TopicAuthorizationException(Set.of("a")), WRITE, TOPICS))
        .isEqualTo("not allowed: Write on topic a (see --acls)");
    assertThat(
            NotAllowed.message(
                new KafkaException(
                    "cannot describe",
                    new ExecutionException(new TopicAuthorizationException("refused"))),
                READ,
                TOPICS))
        .isEqualTo("not allowed: Read on topic control (see --acls)");
    assertThat(NotAllowed.message(GroupAuthorizationException.forGroupId("app"), WRITE, TOPICS))
        .isEqualTo("not allowed: Read on group app (see --acls)");
    assertThat(
            NotAllowed.message(new ClusterAuthorizationException("no"), DESCRIBE_CONFIGS, TOPICS))
        .isEqualTo("not allowed: no (see --acls)");
  }

  @Test
  void otherFailure_keepsItsMessage() {
    assertThat(NotAllowed.message(new TimeoutException("too late"), READ, TOPICS))
        .isEqualTo("too late");
  }
}
