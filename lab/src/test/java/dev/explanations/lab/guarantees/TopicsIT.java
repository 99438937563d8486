package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.kafka.StartException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicsIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void start_createsMissingTopics_withPartitionsEach() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.start("w1", "PARTITIONS", "3");
    rig.askAbout(0, 10);
    rig.answeredExactlyOnce();

    Map<String, Integer> expected = new HashMap<>();
    Topics.NAMES.forEach(name -> expected.put(rig.topic(name), 3));
    expected.put(rig.topic("control"), 1);
    expected.put(rig.applicationId + "-accepted-repartition", 3);
    assertThat(rig.topics().partitionCounts(rig::isOurs)).containsAllEntriesOf(expected);
  }

  @Test
  void start_takesRequestsAndResults_withAnyNumberOfPartitions() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, "requests", 1);
    create(rig, "results", 7);
    rig.start("w1");
    rig.askAbout(0, 50);

    rig.answeredExactlyOnce();
    assertThat(rig.topics().partitionCounts(rig::isOurs))
        .containsEntry(rig.topic("requests"), 1)
        .containsEntry(rig.topic("results"), 7)
        .containsEntry(rig.topic("outcomes"), Rig.PARTITIONS);
  }

  @Test
  void start_refusesOutcomes_withAnotherNumberOfPartitions() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, "outcomes", Rig.PARTITIONS + 1);
    Worker worker = rig.create("w1");

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(worker::start)
        .withMessageContaining("PARTITIONS")
        .withMessageContaining(rig.topic("outcomes"));
  }

  @Test
  void start_refusesState_withoutCommittedOffsets() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Worker first = rig.start("w1", "LEAVE_ON_STOP", "true");
    rig.askAbout(0, 20);
    rig.answeredExactlyOnce();
    assertThat(first.stop()).isZero();

    Topics.get(rig.admin.deleteConsumerGroups(List.of(rig.applicationId)).all());
    Worker second = rig.create("w1");

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(second::start)
        .withMessageContaining("APPLICATION_ID")
        .withMessageContaining("offsets");
  }

  private static void create(Rig rig, String name, int partitions) {
    Topics.get(
        rig.admin
            .createTopics(List.of(new NewTopic(rig.topic(name), partitions, (short) 1)))
            .all());
  }
}
