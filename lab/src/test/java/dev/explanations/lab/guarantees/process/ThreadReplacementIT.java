package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ThreadReplacementIT {

  private static final String DIED = "A stream thread died and is replaced";

  /** After this time the group would forget a dead member by itself. */
  private static final Duration SESSION = Duration.ofSeconds(90);

  private static final Duration SOON = SESSION.dividedBy(3);

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void deadThread_isReplaced_longBeforeItsSessionEnds() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    WorkerProcess worker =
        rig.process("w1", "KAFKA_SESSION_TIMEOUT_MS", Long.toString(SESSION.toMillis()));
    rig.askAbout(0, 50);
    rig.answeredExactlyOnce();

    limitResults(rig, OpType.SET);
    rig.askAbout(50, 60);
    await("a thread dies").atMost(Rig.PATIENCE).until(() -> deaths(worker) > 0);
    limitResults(rig, OpType.DELETE);
    rig.askAbout(60, 200);

    assertThat(rig.ledger.awaitResults(SOON)).as("%s", rig.ledger.tally()).isTrue();
    rig.answeredExactlyOnce();
    assertThat(worker.isAlive()).isTrue();
    assertThat(worker.terminate(Rig.PATIENCE)).isZero();
  }

  private static long deaths(WorkerProcess worker) {
    return worker.log().stream().filter(line -> line.contains(DIED)).count();
  }

  /** Lets the results topic take no result, which kills the thread that sends one. */
  private static void limitResults(Rig rig, OpType change) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, rig.topic("results"));
    AlterConfigOp limit = new AlterConfigOp(new ConfigEntry("max.message.bytes", "100"), change);
    Topics.get(rig.admin.incrementalAlterConfigs(Map.of(topic, List.of(limit))).all());
  }
}
