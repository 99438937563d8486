package dev.explanations.lab.guarantees.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.kafka.StartException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicsIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void start_createsMissingTopics_withPartitionsEach() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.start("w1", "PARTITIONS", "3");
    rig.askAbout(0, 10);
    rig.answeredExactlyOnce();

    Map<String, Integer> expected = new HashMap<>();
    Topics.NAMES.forEach(name -> expected.put(rig.topic(name), 3));
    expected.put(rig.topic("control"), 1);
    expected.put(rig.applicationId + "-accepted-repartition", 3);
    assertThat(rig.topics().partitionCounts(rig::isOurs)).containsAllEntriesOf(expected);
  }

  @Test
  void start_takesRequestsAndResults_withAnyNumberOfPartitions() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, "requests", 1);
    create(rig, "results", 7);
    rig.start("w1");
    rig.askAbout(0, 50);

    rig.answeredExactlyOnce();
    assertThat(rig.topics().partitionCounts(rig::isOurs))
        .containsEntry(rig.topic("requests"), 1)
        .containsEntry(rig.topic("results"), 7)
        .containsEntry(rig.topic("outcomes"), Rig.PARTITIONS);
  }

  @Test
  void start_refusesOutcomes_withAnotherNumberOfPartitions() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, "outcomes", Rig.PARTITIONS + 1);
    Worker worker = rig.create("w1");

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(worker::start)
        .withMessageContaining("PARTITIONS")
        .withMessageContaining(rig.topic("outcomes"));
  }

  @Test
  void start_refusesState_withoutCommittedOffsets() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Worker first = rig.start("w1", "LEAVE_ON_STOP", "true");
    rig.askAbout(0, 20);
    rig.answeredExactlyOnce();
    assertThat(first.stop()).isZero();

    Topics.get(rig.admin.deleteConsumerGroups(List.of(rig.applicationId)).all());
    Worker second = rig.create("w1");

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(second::start)
        .withMessageContaining("APPLICATION_ID")
        .withMessageContaining("offsets");
  }

  @Test
  void start_takesStateOfAnotherApplication_whoseNameBeginsAlike_forNoneOfItsOwn()
      throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Worker other =
        rig.start("w1", "APPLICATION_ID", rig.applicationId + "-eu", "LEAVE_ON_STOP", "true");
    rig.askAbout(0, 5);
    rig.answeredExactlyOnce();
    assertThat(other.stop()).isZero();

    rig.start("w2");

    // with its own place in the topics, the application answers what is there once more
    await("answers of the second application")
        .atMost(Rig.PATIENCE)
        .until(() -> rig.topics().read(rig.topic("results")).size() == 10);
  }

  @Test
  void start_takesEmptyTopics_thatAnotherToolHasCreated() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Topics.NAMES.forEach(name -> create(rig, name, name.equals("control") ? 1 : Rig.PARTITIONS));
    for (String store : List.of("explanations", "pending", "timers", "counters")) {
      createTopic(rig, rig.applicationId + "-" + store + "-changelog", Rig.PARTITIONS);
    }
    createTopic(rig, rig.applicationId + "-accepted-repartition", Rig.PARTITIONS);

    rig.start("w1");

    rig.askAbout(0, 5);
    rig.answeredExactlyOnce();
  }

  @Test
  void start_tellsOfRequests_thatWereDeletedWhileNoWorkerRan() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, "requests", 1);
    Worker first = rig.start("w1", "LEAVE_ON_STOP", "true");
    rig.askAbout(0, 5);
    rig.answeredExactlyOnce();
    assertThat(first.stop()).isZero();
    TopicPartition requests = new TopicPartition(rig.topic("requests"), 0);
    rig.askAbout(5, 12);
    Topics.get(rig.admin.deleteRecords(Map.of(requests, RecordsToDelete.beforeOffset(9))).all());

    WorkerProcess second = rig.process("w1", "LEAVE_ON_STOP", "true");

    rig.awaitResults(8);
    await("its log is read by a thread of its own")
        .atMost(Rig.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(second.log())
                    .filteredOn(line -> line.contains("deleted before they were read"))
                    .singleElement()
                    .asString()
                    .contains("WARN")
                    .contains("4 records")
                    .contains(requests + " 4"));
    assertThat(metrics(second))
        .contains("explanation_records_purged_total{topic=\"" + requests.topic() + "\"} 4.0");

    assertThat(second.terminate(Rig.PATIENCE)).isZero();
    assertThat(rig.process("w1").log())
        .noneMatch(line -> line.contains("deleted before they were read"));
  }

  private static String metrics(WorkerProcess worker) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(worker.uri("/metrics")).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  @Test
  void start_refusesTopics_thatAreTooSmall_byName() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    create(rig, rig.topic("outcomes"), Rig.PARTITIONS, Map.of("max.message.bytes", "4000"));
    create(rig, rig.topic("retries"), Rig.PARTITIONS, Map.of("max.message.bytes", "4000"));
    create(rig, rig.topic("results"), Rig.PARTITIONS, Map.of("max.message.bytes", "1000"));
    String changelog = rig.applicationId + "-pending-changelog";
    create(rig, changelog, Rig.PARTITIONS, Map.of("max.message.bytes", "60000"));
    Worker worker = rig.create("w1");

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(worker::start)
        .withMessageContaining("max.message.bytes")
        .withMessageContaining(rig.topic("outcomes") + " is 4000")
        .withMessageContaining(rig.topic("retries") + " is 4000")
        .withMessageContaining(rig.topic("results") + " is 1000")
        .withMessageContaining(changelog + " is 60000");
  }

  @Test
  void resultThatItsTopicDoesNotTake_isUnavailable_andHindersNoOther() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    create(rig, rig.topic("results"), Rig.PARTITIONS, Map.of("max.message.bytes", "4000"));
    create(rig, rig.topic("dead-letters"), Rig.PARTITIONS, Map.of("max.message.bytes", "1500"));
    rig.start("w1");
    rig.askAbout(0, 50);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 5; i++) {
        byte[] request = Rig.request("large-" + i, i).getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(rig.topic("requests"), request);
        record.headers().add("large", new byte[6_000]);
        rig.ledger.published("large-" + i, System.nanoTime());
        producer.send(record).get();
      }
    }
    rig.askAbout(50, 100);

    assertThat(rig.answeredExactlyOnce().byStatus())
        .containsOnly(Map.entry("explained", 100L), Map.entry("unavailable", 5L));
    assertThat(rig.results)
        .filteredOn(result -> result.path("status").asText().equals("unavailable"))
        .allMatch(result -> result.path("error").asText().equals("result_too_large"));
    assertThat(rig.topics().read(rig.topic("dead-letters"))).hasSize(5);
  }

  @Test
  void topicsThatTheWorkerCreates_bound_whatARecordUnpacksTo() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.start("w1");

    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, rig.topic("requests"));
    assertThat(
            Topics.get(rig.admin.describeConfigs(List.of(topic)).all())
                .get(topic)
                .get("max.decompressed.message.bytes")
                .value())
        .isEqualTo("1048576");
  }

  private static void create(Rig rig, String name, int partitions) {
    createTopic(rig, rig.topic(name), partitions);
  }

  private static void createTopic(Rig rig, String topic, int partitions) {
    create(rig, topic, partitions, Map.of());
  }

  private static void create(Rig rig, String name, int partitions, Map<String, String> configs) {
    rig.topics().create(new NewTopic(name, partitions, (short) 1).configs(configs));
  }
}
