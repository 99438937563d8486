package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.hostile.HostileRecords;
import java.time.Duration;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In little: {@code mvn -Pbench -Dbench=hostile} sends more and larger ones. */
class HostileSizesIT {

  private static final int GOOD = 200;
  private static final int HOSTILE = 25;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recordsOfAnySize_hinderNoGoodOne(boolean topicWasThereBefore) throws Exception {
    long seed = Long.getLong("hostile.seed", System.nanoTime());
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    if (topicWasThereBefore) {
      rig.topics().create(new NewTopic(rig.topic("requests"), Rig.PARTITIONS, (short) 1));
    }
    WorkerProcess worker = rig.process("w1");
    rig.follow();
    int taken = 0;
    try (HostileRecords hostile =
        new HostileRecords(
            rig.broker.bootstrapServers(), rig.topic("requests"), seed, 20_000_000, 500_000)) {
      hostile.sendToWorkersOwn(rig.topic("outcomes"), rig.topic("retries"));
      for (int i = 0; i < GOOD; i++) {
        rig.askAbout(i, i + 1);
        if (i % (GOOD / HOSTILE) == 0 && hostile.sendNext("hostile-" + i)) {
          taken++;
        }
      }
    }

    assertThat(rig.ledger.awaitResults(Rig.PATIENCE)).as("seed %d", seed).isTrue();
    assertThat(rig.results)
        .as("seed %d", seed)
        .filteredOn(result -> result.path("requestId").asText().startsWith("r-"))
        .hasSize(GOOD)
        .allMatch(result -> result.path("status").asText().equals("explained"));
    assertThat(taken).as("seed %d", seed).isPositive();
    assertThat(worker.isAlive()).isTrue();
    assertThat(worker.log()).as("seed %d", seed).noneMatch(line -> line.contains(" ERROR "));
    assertThat(worker.log().stream().anyMatch(line -> line.contains("may unpack to")))
        .isEqualTo(topicWasThereBefore);
  }
}
