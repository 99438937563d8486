package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The last line of the log says the exit code that the process has, whatever ended it. */
class ExitCodeIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void lastLine_saysOne_whenThereIsNoTemporaryDirectory() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    WorkerProcess worker =
        rig.launch(List.of("-Djava.io.tmpdir=/no/such/directory"), rig.environment("w1"));

    assertThat(worker.awaitExit(Rig.PATIENCE)).isEqualTo(1);
    assertSaysOnce(worker, 1);
  }

  @Test
  void lastLine_saysZero_afterAnOrderlyStop() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    WorkerProcess worker = rig.process("w1");

    assertThat(worker.terminate(Rig.PATIENCE)).isZero();
    assertSaysOnce(worker, 0);
  }

  private static void assertSaysOnce(WorkerProcess worker, int code) {
    assertThat(worker.log())
        .filteredOn(line -> line.contains("exit code"))
        .singleElement()
        .isEqualTo(worker.log().getLast())
        .asString()
        .contains("Worker stopped, exit code " + code);
  }
}
