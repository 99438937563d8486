package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.submit.Tally;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AtLeastOnceIT {

  private static final int REQUESTS = 400;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void crash_losesNothing() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(1)));
    WorkerProcess crashing = start(rig);
    rig.askAbout(0, REQUESTS);
    // 64 a second: some have been answered, and calls must be left
    rig.awaitResults(50);

    crashing.kill();
    assertThat(rig.ledger.waiting()).isPositive();
    start(rig);

    assertThat(rig.ledger.awaitResults(Rig.PATIENCE)).isTrue();
    Tally tally = rig.ledger.tally();
    assertThat(tally.lost()).isZero();
    assertThat(tally.unexpected()).isZero();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
  }

  private static WorkerProcess start(Rig rig) {
    return rig.process("w1", "PROCESSING_GUARANTEE", "at_least_once");
  }
}
