package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.kafka.StartException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster that does not allow everything, as hosted ones do not. */
class TopicPolicyIT {

  @RegisterExtension
  static final Cluster cluster =
      Cluster.withBrokerOfItsOwn(
          Map.of("create.topic.policy.class.name", HostedPolicy.class.getName()));

  @Test
  void start_createsTopics_asThePolicyAllows_andSaysOnceWhatThatCosts() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    WorkerProcess worker = rig.process("w1");
    rig.askAbout(0, 10);
    rig.answeredExactlyOnce();

    assertThat(worker.log())
        .filteredOn(line -> line.contains("TopicCreation") && line.contains("WARN"))
        .singleElement()
        .asString()
        .contains("does not allow")
        .contains(
            "segment.bytes=1114112, instead 67108864 (deleted and compacted later: more disk)")
        .contains("message.timestamp.type=LogAppendTime, instead the broker's own value")
        .contains(rig.topic("outcomes"))
        .contains(rig.applicationId + "-pending-changelog");
    Config changelog = config(rig, rig.applicationId + "-pending-changelog");
    assertThat(changelog.get("segment.bytes").value()).isEqualTo("67108864");
    assertThat(changelog.get("cleanup.policy").value()).isEqualTo("compact");
    // allowed, and so as the worker wants it
    assertThat(changelog.get("segment.ms").value()).isEqualTo("600000");
  }

  @Test
  void start_namesTopicsThatItMayNotCreate() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Worker worker = rig.create("w1", "TOPIC_RETRIES", "denied-" + rig.applicationId);

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(worker::start)
        .withMessageContaining("denied-" + rig.applicationId)
        .withMessageContaining("--topics");
  }

  private static Config config(Rig rig, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return Topics.get(rig.admin.describeConfigs(List.of(resource)).all()).get(resource);
  }
}
