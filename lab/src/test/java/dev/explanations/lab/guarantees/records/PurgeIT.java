package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PurgeIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void queues_beginWhereTheGroupHasCommitted() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.gemini.behaveNext(20, Behaviour.of(Reply.Canned.OVERLOADED));
    Worker worker = rig.start("w1", "CIRCUIT_BREAKER_TIMEOUT", "1s");
    List<String> queues =
        List.of(
            rig.applicationId + "-accepted-repartition",
            rig.topic("retries"),
            rig.topic("outcomes"));

    rig.askAbout(0, 100);
    rig.answeredExactlyOnce();
    // only what comes while the breaker is open goes round the retry topic
    Operator operator = new Operator(worker.httpPort());
    operator.holdOpen();
    rig.askAbout(100, 200);
    await("requests go round")
        .atMost(Rig.PATIENCE)
        .until(() -> ends(rig, "retries").stream().allMatch(end -> end > 0));
    operator.reset();
    rig.answeredExactlyOnce();

    await("the queues follow the committed offsets")
        .atMost(Rig.PATIENCE)
        .untilAsserted(() -> assertQueuesBeginWhereCommitted(rig, queues));
    // nobody else's records have been deleted
    assertThat(rig.topics().offsets(OffsetSpec.earliest(), List.of(rig.topic("requests"))))
        .allSatisfy((partition, offset) -> assertThat(offset).isZero());
  }

  private static Collection<Long> ends(Rig rig, String topic) {
    return rig.topics().offsets(OffsetSpec.latest(), List.of(rig.topic(topic))).values();
  }

  private static void assertQueuesBeginWhereCommitted(Rig rig, List<String> queues) {
    Map<TopicPartition, Long> committed = rig.topics().committed(rig.applicationId);
    committed.keySet().removeIf(partition -> !queues.contains(partition.topic()));
    assertThat(rig.topics().offsets(OffsetSpec.earliest(), queues)).isEqualTo(committed);
    Set<String> consumed =
        committed.entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .map(entry -> entry.getKey().topic())
            .collect(Collectors.toSet());
    assertThat(consumed).isEqualTo(new HashSet<>(queues));
  }
}
