package dev.explanations.lab.guarantees.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SingleFlightIT {

  private static final int REQUESTS = 5_000;
  private static final int EXPLANATIONS = 500;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void burstOfDuplicates_makesOneCallForEachExplanation() throws Exception {
    CompletableFuture<?> someShare = new CompletableFuture<>();
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(200)).heldUntil(someShare));
    Worker worker = rig.start("w1", "GEMINI_MAX_IN_FLIGHT", "256");

    for (int i = 0; i < REQUESTS; i++) {
      rig.ask("r-" + i, Rig.request("r-" + i, i % EXPLANATIONS));
    }
    // more than there are explanations: some wait for a call that another has asked for
    new Health(worker.httpPort()).awaitPending(EXPLANATIONS + 1);
    someShare.complete(null);
    Tally tally = rig.answeredExactlyOnce();

    assertThat(rig.gemini.statistics().calls()).isEqualTo(EXPLANATIONS);
    assertThat(rig.gemini.statistics().repeatedCalls()).isZero();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(tally.from("gemini")).isEqualTo(EXPLANATIONS);
    assertThat(tally.from("coalesced")).isPositive();
    assertThat(tally.from("gemini") + tally.from("coalesced") + tally.from("state_store"))
        .isEqualTo(REQUESTS);
    assertThat(worker.stop()).isZero();
  }
}
