package dev.explanations.worker.acl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.topics.TopicPlan;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AclsTest {

  private static final Settings DEFAULTS = SettingsLoader.loadWithoutKey(Map.of());

  private static List<Grant> grants(Role role) {
    return new Acls(DEFAULTS.topics(), DEFAULTS.streams().applicationId()).of(role);
  }

  @ParameterizedTest
  @EnumSource
  void grants_areNamedOnce(Role role) {
    assertThat(grants(role)).extracting(Grant::text).doesNotHaveDuplicates().isNotEmpty();
  }

  @Test
  void worker_mayCreateEveryTopicOfItsPlan() throws Exception {
    JsonNode planned = new ObjectMapper().readTree(new TopicPlan(DEFAULTS).json());

    assertThat(grants(Role.WORKER))
        .filteredOn(grant -> grant.operation() == AclOperation.CREATE)
        .flatExtracting(Grant::topics)
        .containsExactlyInAnyOrderElementsOf(
            planned.findValues("name").stream().map(JsonNode::asText).toList());
  }

  @Test
  void topicsOfAPrefix_beginWithIt() {
    assertThat(grants(Role.WORKER))
        .filteredOn(grant -> grant.resource().patternType() == PatternType.PREFIXED)
        .allSatisfy(
            grant ->
                assertThat(grant.topics()).allMatch(t -> t.startsWith(grant.resource().name())));
  }
}
