package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that the worker produces for a request that nobody has asked before. */
@Order(1)
class ProducedRecordsIT {

  private static final Logger log = LoggerFactory.getLogger(ProducedRecordsIT.class);

  /** Data records, without those that each commit writes however many requests it is of. */
  private static final double MOST_DATA = 7.1;

  /** Two hops: results, accepted requests, and the changelogs of four stores. */
  private static final double MOST_MARKERS_ONE_BY_ONE = 8;

  private static final double MOST_MARKERS_IN_A_BURST = 1;

  private static final int ONE_BY_ONE = 50;
  private static final int AT_ONCE = 2_000;

  private static final String COUNTERS = "-counters-changelog";

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn();

  private Rig rig;
  private ProducedRecords produced;
  private int asked;

  @Test
  void request_costsFewRecords_andInABurstHardlyATransaction() throws Exception {
    rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.start("w1", "PARTITIONS", "8", "GEMINI_MAX_IN_FLIGHT", "256");
    try (ProducedRecords produced = new ProducedRecords(rig.topics(), topics())) {
      this.produced = produced;
      ask(100);

      produced.restart();
      for (int i = 0; i < ONE_BY_ONE; i++) {
        ask(1);
      }
      expectAtMost(ONE_BY_ONE, MOST_MARKERS_ONE_BY_ONE);

      produced.restart();
      ask(AT_ONCE);
      expectAtMost(AT_ONCE, MOST_MARKERS_IN_A_BURST);
    }
    rig.answeredExactlyOnce();
  }

  /** All that a worker writes to for a request. */
  private List<String> topics() {
    List<String> others = List.of(rig.topic("control"), rig.topic("requests"));
    return List.copyOf(
        rig.topics().partitionCounts(name -> rig.isOurs(name) && !others.contains(name)).keySet());
  }

  private void ask(int requests) {
    rig.askAbout(asked, asked + requests);
    asked += requests;
    await("answers")
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              produced.read();
              return rig.ledger.results().size() >= asked;
            });
    // those of the last results: they may have come since the last look
    produced.read();
  }

  private void expectAtMost(int requests, double markers) {
    log.info("{} requests: data {}, markers {}", requests, produced.data(), produced.markers());
    assertThat((double) perCommitAside(produced.data()) / requests)
        .as("%s", produced.data())
        .isBetween(1.0, MOST_DATA);
    assertThat((double) perCommitAside(produced.markers()) / requests)
        .as("%s", produced.markers())
        .isLessThanOrEqualTo(markers);
  }

  private static long perCommitAside(Map<String, Long> byTopic) {
    return byTopic.entrySet().stream()
        .filter(it -> !it.getKey().endsWith(COUNTERS))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
