package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StopIT {

  private static final Duration FOR_LONG = Duration.ofSeconds(40);

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void stop_waitsForCalls_soThatNoneIsRepeated() throws Exception {
    int requests = 400;
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(1)));
    WorkerProcess stopping = rig.process("w1");
    rig.askAbout(0, requests);
    // 64 a second: calls must be left when the signal comes
    rig.awaitCallsMade(100);

    int exitCode = stopping.terminate(Rig.PATIENCE);
    assertThat(exitCode).as(() -> String.join("\n", stopping.log())).isZero();
    long callsBefore = rig.gemini.statistics().calls();
    assertThat(rig.gemini.statistics().inFlight()).isZero();
    assertThat(callsBefore).isLessThan(requests);
    rig.process("w1");

    rig.answeredExactlyOnce();
    assertThat(rig.explanationsCalledAgain()).isEmpty();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(requests);
  }

  @Test
  void secondSignal_endsAtOnce_withExitCode1() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(FOR_LONG));
    WorkerProcess worker = rig.process("w1", "SHUTDOWN_TIMEOUT", "60s");
    rig.askAbout(0, 20);
    rig.awaitCalls(10);

    signal(worker);
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> worker.log().stream().anyMatch(line -> line.contains("Stopping")));
    assertThat(worker.isAlive()).isTrue();
    signal(worker);

    assertThat(worker.awaitExit(FOR_LONG.dividedBy(2))).isEqualTo(1);
  }

  @Test
  void stop_isCutShort_whenCallsOutlastTheShutdownTimeout() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(FOR_LONG));
    WorkerProcess worker = rig.process("w1", "SHUTDOWN_TIMEOUT", "2s");
    rig.askAbout(0, 20);
    rig.awaitCalls(10);

    assertThat(worker.terminate(FOR_LONG.dividedBy(2))).isEqualTo(1);
    rig.gemini.behave(Behaviour.answer(Duration.ofMillis(100)));
    rig.process("w1");

    rig.answeredExactlyOnce();
  }

  /** SIGTERM, without waiting for the end. */
  private static void signal(WorkerProcess worker) {
    assertThat(ProcessHandle.of(worker.pid()).orElseThrow().destroy()).isTrue();
  }
}
