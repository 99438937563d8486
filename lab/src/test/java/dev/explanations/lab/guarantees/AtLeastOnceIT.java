package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Reply;
import dev.explanations.lab.submit.Tally;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AtLeastOnceIT {

  private static final int REQUESTS = 600;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void everyRequest_isAnswered() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    rig.gemini.behaveNext(20, Behaviour.of(Reply.Canned.OVERLOADED));
    rig.start("w1", "PROCESSING_GUARANTEE", "at_least_once");
    for (int i = 0; i < REQUESTS; i++) {
      rig.ask("r-" + i, Rig.request("r-" + i, i % (REQUESTS / 2)));
    }

    assertThat(rig.ledger.awaitResults(Rig.PATIENCE)).isTrue();
    Tally tally = rig.ledger.tally();
    assertThat(tally.lost()).isZero();
    assertThat(tally.unexpected()).isZero();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
  }
}
