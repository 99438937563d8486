package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Outcomes are read with time 0, so that they come before requests. What inherited that time would
 * be deleted by the next topic with a retention.
 */
class TimestampsIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void everyRecord_hasTheTimeAtWhichItWasWritten() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.gemini.behaveNext(15, Behaviour.of(Reply.Canned.OVERLOADED));
    rig.gemini.behaveWhen(Rig.subtopic(7), Behaviour.of(Reply.Canned.SAFETY));
    Instant start = Instant.now();
    Worker worker = rig.start("w1", "CIRCUIT_BREAKER_TIMEOUT", "1s");
    // only what comes while the breaker is open goes round the retry topic
    Operator operator = new Operator(worker.httpPort());
    operator.holdOpen();
    rig.askAbout(0, 50);
    await("requests go round")
        .atMost(Rig.PATIENCE)
        .until(() -> !rig.topics().read(rig.topic("retries")).isEmpty());
    List<String> queues =
        List.of(rig.applicationId + "-accepted-repartition", rig.topic("retries"));
    // later the worker may have deleted what it has consumed
    queues.forEach(queue -> assertThat(writtenSince(start, rig, queue)).as(queue).isNotEmpty());
    operator.reset();
    rig.askAbout(50, 100);
    rig.answeredExactlyOnce();
    // answered from the store
    for (int i = 10; i < 60; i++) {
      rig.ask("again-" + i, Rig.request("again-" + i, i));
    }
    rig.ask("bad", "{\"requestId\":\"bad\"}");
    assertThat(rig.answeredExactlyOnce().from("state_store")).isEqualTo(50);

    List<String> topics = new ArrayList<>();
    List.of("results", "dead-letters").forEach(name -> topics.add(rig.topic(name)));
    List<String> changelogs =
        List.copyOf(
            rig.topics()
                .partitionCounts(name -> rig.isOurs(name) && name.endsWith("-changelog"))
                .keySet());
    assertThat(changelogs).hasSize(4);
    topics.addAll(changelogs);
    topics.forEach(topic -> assertThat(writtenSince(start, rig, topic)).as(topic).isNotEmpty());
    queues.forEach(queue -> writtenSince(start, rig, queue));
  }

  /** Fails if a record of the topic has another time than one between then and now. */
  private static List<Instant> writtenSince(Instant start, Rig rig, String topic) {
    List<Instant> times =
        rig.topics().read(topic).stream()
            .map(record -> Instant.ofEpochMilli(record.timestamp()))
            .toList();
    // only now: a worker may write changelogs after the last result
    Instant end = Instant.now();
    assertThat(times).as(topic).allSatisfy(time -> assertThat(time).isBetween(millis(start), end));
    return times;
  }

  private static Instant millis(Instant instant) {
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }
}
