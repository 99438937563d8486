package dev.explanations.worker.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicPlanTest {

  private final Settings settings =
      SettingsLoader.load(
          Map.of("GOOGLE_API_KEY", "k", "APPLICATION_ID", "app", "PARTITIONS", "3"));
  private final TopicPlan plan = new TopicPlan(settings);

  @Test
  void json_hasEveryTopic_withPartitionsAndConfiguration() throws Exception {
    NewTopic more = TopicAdmin.topic("app-more", 1, (short) 2, Map.of("retention.ms", "-1"));

    JsonNode topics = new ObjectMapper().readTree(plan.json(more));

    assertThat(StreamSupport.stream(topics.spliterator(), false))
        .extracting(topic -> topic.get("name").asText(), topic -> topic.get("partitions").asInt())
        .contains(
            tuple("explanations.requests", 3),
            tuple("app-accepted-repartition", 3),
            tuple("app-pending-changelog", 3),
            tuple("explanations.control", 1),
            tuple("app-more", 1));
    JsonNode last = topics.get(topics.size() - 1);
    assertThat(last.get("replicationFactor").asInt()).isEqualTo(2);
    assertThat(last.get("configs").get("retention.ms").asText()).isEqualTo("-1");
  }
}
