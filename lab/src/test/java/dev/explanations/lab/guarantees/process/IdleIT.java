package dev.explanations.lab.guarantees.process;

import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdleIT {

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn();

  @Test
  void worker_commitsNothing_whenItHasNothingToDo() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.gemini.behaveNext(20, Behaviour.of(Reply.Canned.OVERLOADED));
    rig.start("w1", "CIRCUIT_BREAKER_TIMEOUT", "1s");
    rig.askAbout(0, 200);
    rig.answeredExactlyOnce();

    // the last commit of the work may come late; a worker that commits while idle is never silent
    AtomicReference<Map<String, Map<TopicPartition, Long>>> before =
        new AtomicReference<>(Map.of());
    await("no commit for some time")
        .during(Duration.ofSeconds(5))
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              var now = offsets(rig);
              return now.equals(before.getAndSet(now));
            });
  }

  /**
   * A transaction ends with a marker in each topic that it touched: it takes up an offset, be it in
   * the broker's own topic of committed offsets. Not looked at is the control topic, where every
   * worker writes a heartbeat, idle or not.
   */
  private static Map<String, Map<TopicPartition, Long>> offsets(Rig rig) {
    Topics topics = rig.topics();
    List<String> names =
        new ArrayList<>(
            topics
                .partitionCounts(name -> rig.isOurs(name) && !name.equals(rig.topic("control")))
                .keySet());
    names.add("__consumer_offsets");
    Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>();
    offsets.put("committed", topics.committed(rig.applicationId));
    offsets.put("ends", topics.offsets(OffsetSpec.latest(), names));
    return offsets;
  }
}
