package dev.explanations.lab.guarantees.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.guarantees.process.RebalanceIT;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rolling restart that changes {@code GEMINI_MODEL}. */
class ModelChangeIT {

  private static final int EXPLANATIONS = 150;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void newModel_isNeverCreditedWithTextsOfTheOldOne() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(50)));
    Worker old = start(rig, "w1", "model-old");
    rig.askAbout(0, 1);
    rig.awaitResults(1);
    start(rig, "w2", "model-new");
    RebalanceIT.awaitPartitions(rig, "w2", true);

    rig.askAbout(1, EXPLANATIONS);
    rig.awaitResults(EXPLANATIONS);
    assertThat(rig.results)
        .extracting(result -> result.path("model").asText())
        .contains("model-old", "model-new");

    assertThat(old.stop()).isZero();
    RebalanceIT.awaitPartitions(rig, "w1", false);
    for (int i = 0; i < EXPLANATIONS; i++) {
      rig.ask("again-" + i, Rig.request("again-" + i, i));
    }
    rig.answeredExactlyOnce();

    assertThat(rig.results)
        .filteredOn(result -> result.path("requestId").asText().startsWith("again-"))
        .hasSize(EXPLANATIONS)
        .extracting((JsonNode result) -> result.path("model").asText())
        .containsOnly("model-new");
  }

  private static Worker start(Rig rig, String name, String model) {
    return rig.start(name, "LEAVE_ON_STOP", "true", "GEMINI_MODEL", model);
  }
}
