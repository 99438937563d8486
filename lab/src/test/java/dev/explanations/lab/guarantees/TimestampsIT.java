package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
    rig.start("w1", "CIRCUIT_BREAKER_TIMEOUT", "1s");
    rig.askAbout(0, 100);
    rig.answeredExactlyOnce();
    // answered from the store
    for (int i = 10; i < 60; i++) {
      rig.ask("again-" + i, Rig.request("again-" + i, i));
    }
    rig.ask("bad", "{\"requestId\":\"bad\"}");
    assertThat(rig.answeredExactlyOnce().from("state_store")).isEqualTo(50);
    Instant end = Instant.now();

    List<String> topics = new ArrayList<>();
    topics.add(rig.applicationId + "-accepted-repartition");
    List.of("results", "dead-letters", "retries").forEach(name -> topics.add(rig.topic(name)));
    List<String> changelogs =
        List.copyOf(
            rig.topics()
                .partitionCounts(name -> rig.isOurs(name) && name.endsWith("-changelog"))
                .keySet());
    assertThat(changelogs).hasSize(4);
    topics.addAll(changelogs);
    for (String topic : topics) {
      assertThat(rig.topics().read(topic))
          .as(topic)
          .isNotEmpty()
          .extracting(ConsumerRecord::timestamp)
          .allSatisfy(time -> assertThat(Instant.ofEpochMilli(time)).isBetween(millis(start), end));
    }
  }

  private static Instant millis(Instant instant) {
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }
}
