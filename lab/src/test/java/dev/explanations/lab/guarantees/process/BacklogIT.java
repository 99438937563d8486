package dev.explanations.lab.guarantees.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.contract.HeaderNames;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BacklogIT {

  private static final int BACKLOG = 30_000;
  private static final String[] ONE_TASK = {"PARTITIONS", "1", "STREAM_THREADS", "1"};

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void outcomes_areReadBeforeABacklogOfOlderRequests() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(1)));
    assertThat(rig.start("w1", ONE_TASK).stop()).isZero();
    String accepted = rig.applicationId + "-accepted-repartition";
    publishAccepted(rig, accepted);
    rig.follow();

    rig.start("w1", ONE_TASK);
    await("a result").atMost(Rig.PATIENCE).until(rig::hasResults);

    long consumed =
        rig.topics().committed(rig.applicationId).getOrDefault(new TopicPartition(accepted, 0), 0L);
    assertThat(consumed).isLessThan(BACKLOG);
  }

  private static void publishAccepted(Rig rig, String topic) {
    var bytes = new ByteArraySerializer();
    Map<String, Object> properties = Map.of("bootstrap.servers", rig.broker.bootstrapServers());
    try (var producer = new KafkaProducer<>(properties, bytes, bytes)) {
      for (int i = 0; i < BACKLOG; i++) {
        String id = "b-" + i;
        var record =
            new ProducerRecord<>(topic, id.getBytes(UTF_8), Rig.request(id, i).getBytes(UTF_8));
        record.headers().add(HeaderNames.ORIGIN, ("backlog/0/" + i).getBytes(UTF_8));
        var _ = producer.send(record);
      }
    }
  }
}
