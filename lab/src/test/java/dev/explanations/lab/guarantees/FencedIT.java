package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FencedIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void worker_ends_whenAnotherTakesItsInstanceId() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    WorkerProcess first = rig.process("w1");
    rig.askAbout(0, 200);
    rig.awaitResults(50);

    rig.start("w1", "STATE_DIR", rig.stateDirectory("other").toString());
    rig.askAbout(200, 400);

    assertThat(first.awaitExit(Rig.PATIENCE)).isEqualTo(1);
    assertThat(first.log())
        .anyMatch(line -> line.contains("ERROR") && line.contains("INSTANCE_ID"));
    rig.askAbout(400, 500);
    rig.answeredExactlyOnce();
  }
}
