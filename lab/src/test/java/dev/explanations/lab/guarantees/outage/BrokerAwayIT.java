package dev.explanations.lab.guarantees.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BrokerAwayIT {

  private static final int REQUESTS = 500;

  /** Three session timeouts. */
  private static final Duration OUTAGE = Duration.parse(System.getProperty("broker.away", "PT18S"));

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn();

  @Test
  void worker_goesOn_whenTheBrokerIsBack_andRepeatsNoCall() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(1)));
    Worker worker = rig.start("w1", "GEMINI_MAX_IN_FLIGHT", "100");
    CompletableFuture<Integer> end = CompletableFuture.supplyAsync(worker::awaitEnd);
    rig.askAbout(0, REQUESTS);
    rig.awaitCallsMade(200);

    long calls = rig.gemini.statistics().calls();
    cluster.broker().stop();
    assertThat(rig.ledger.waiting()).isPositive();
    await("an outage")
        .during(OUTAGE)
        .atMost(OUTAGE.multipliedBy(3))
        .failFast("the worker has ended", end::isDone)
        .until(() -> true);
    // calls have ended meanwhile whose outcome could not be sent
    assertThat(rig.gemini.statistics().inFlight()).isZero();
    assertThat(rig.gemini.statistics().calls()).isGreaterThan(calls);
    cluster.broker().start();

    rig.answeredExactlyOnce();
    assertThat(rig.explanationsCalledAgain()).isEmpty();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(REQUESTS);
    assertThat(end).isNotDone();
    assertThat(worker.stop()).isZero();
  }
}
