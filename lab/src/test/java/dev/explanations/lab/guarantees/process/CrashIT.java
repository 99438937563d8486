package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Order(1)
class CrashIT {

  private static final int REQUESTS = 500;
  private static final int IN_FLIGHT = 64;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @ParameterizedTest(name = "state directory lost: {0}")
  @ValueSource(booleans = {false, true})
  void crash_losesAndDoublesNothing_andRepeatsOnlyCallsInFlight(boolean stateIsLost)
      throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(1)));
    WorkerProcess crashing = start(rig);
    rig.askAbout(0, REQUESTS);
    // 64 a second: some have been answered, and calls must be left
    rig.awaitResults(50);

    crashing.kill();
    rig.awaitEndOfCalls();
    Set<Integer> inKafka = rig.explanationsInKafka();
    long callsBefore = rig.gemini.statistics().calls();
    long inFlight = callsBefore - inKafka.size();
    // or else this was no crash in the middle of calls
    assertThat(inKafka).isNotEmpty();
    assertThat(inFlight).isPositive();
    assertThat(callsBefore).isLessThan(REQUESTS);
    if (stateIsLost) {
      new TemporaryDirectory(rig.stateDirectory("w1")).close();
    }
    start(rig);

    rig.answeredExactlyOnce();
    assertThat(rig.explanationsCalledAgain()).doesNotContainAnyElementsOf(inKafka);
    assertThat(rig.gemini.statistics().repeatedCalls()).isLessThanOrEqualTo(inFlight);
    // beyond the slots there are only answers that the broker was about to acknowledge
    assertThat(inFlight).isLessThan(2 * IN_FLIGHT);
  }

  private static WorkerProcess start(Rig rig) {
    return rig.process("w1", "GEMINI_MAX_IN_FLIGHT", Integer.toString(IN_FLIGHT));
  }
}
