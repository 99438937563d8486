package dev.explanations.lab.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.worker.deadletters.DeadLetterReader;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.redrive.Redrive;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveProgress;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Dead letters that no worker has written, and redrives of them. */
record DeadLetterBox(Rig rig) {

  static final int PARTITIONS = 3;

  /** Without a worker: only the two topics that a redrive needs. */
  static DeadLetterBox create(Cluster cluster) {
    DeadLetterBox box = new DeadLetterBox(cluster.rig(Behaviour.answer(Duration.ZERO)));
    box.createTopic("requests");
    box.createTopic("dead-letters");
    return box;
  }

  void createTopic(String name) {
    NewTopic topic = new NewTopic(rig.topic(name), PARTITIONS, (short) 1);
    topic.configs(
        Map.of(
            "max.message.bytes",
            name.equals("requests") ? "1048588" : "2097152",
            // letters of any age are published: the broker is to delete none of them
            "retention.ms",
            "-1"));
    Topics.get(rig.admin.createTopics(List.of(topic)).all());
    await()
        .atMost(Rig.PATIENCE)
        .ignoreExceptions()
        .until(() -> offsets(name, IsolationLevel.READ_COMMITTED) == 0);
  }

  String ledger() {
    return rig.applicationId + "-redriven";
  }

  /** A letter whose value is that text. */
  ProducerRecord<byte[], byte[]> letter(String text, String reason, String... headers) {
    return letter(null, text, reason, headers);
  }

  ProducerRecord<byte[], byte[]> letter(
      Long timestamp, String text, String reason, String... headers) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            rig.topic("dead-letters"),
            Math.floorMod(text.hashCode(), PARTITIONS),
            timestamp,
            text.getBytes(UTF_8),
            text.getBytes(UTF_8));
    letter.headers().add("explanation-reason", reason.getBytes(UTF_8));
    for (int i = 0; i < headers.length; i += 2) {
      letter.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
    }
    return letter;
  }

  /** Letters of model_unavailable, of the numbers from {@code first} to {@code end}. */
  void publish(int first, int end) {
    publish(
        IntStream.range(first, end).mapToObj(i -> letter(text(i), "model_unavailable")).toList());
  }

  /** In transactions as a worker writes them, so that there are marks among the letters. */
  void publish(List<ProducerRecord<byte[], byte[]>> letters) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", rig.broker.bootstrapServers(),
            "transactional.id", rig.topic("letters"),
            "max.request.size", 2_097_152);
    long before = offsets("dead-letters", IsolationLevel.READ_COMMITTED);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      for (int i = 0; i < letters.size(); i += 100) {
        producer.beginTransaction();
        for (var letter : letters.subList(i, Math.min(i + 100, letters.size()))) {
          // the commit tells what became of it
          var _ = producer.send(letter);
        }
        producer.commitTransaction();
      }
    }
    // a topic that has just been created may tell of nothing for a moment longer
    await()
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                offsets("dead-letters", IsolationLevel.READ_COMMITTED) >= before + letters.size());
    awaitSettled("dead-letters");
  }

  static String text(int number) {
    return "letter " + number;
  }

  /** Waits for so many requests, committed or not. */
  void awaitSent(int atLeast) {
    await()
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> offsets("requests", IsolationLevel.READ_UNCOMMITTED) >= atLeast);
  }

  /** Waits until no transaction is open: a commit is visible a moment after it has succeeded. */
  private void awaitSettled(String name) {
    await()
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> openOffsets(name) == 0);
  }

  /** What readers of committed records cannot see yet. */
  long openOffsets(String name) {
    return offsets(name, IsolationLevel.READ_UNCOMMITTED)
        - offsets(name, IsolationLevel.READ_COMMITTED);
  }

  private long offsets(String name, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> latest =
        rig.topics().partitions(rig.topic(name)).stream()
            .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return Topics.get(rig.admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .values()
        .stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  /** Waits for so many dead letters of a worker. */
  void awaitLetters(int count) {
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> rig.topics().read(rig.topic("dead-letters")).size() == count);
  }

  /** The ids of the results with that status. */
  List<String> answered(String status) {
    return rig.results.stream()
        .filter(result -> result.path("status").asText().equals(status))
        .map(result -> result.path("requestId").asText())
        .toList();
  }

  /** What has been sent back, once it is certain. */
  List<ConsumerRecord<byte[], byte[]>> requests() {
    awaitSettled("requests");
    return rig.topics().read(rig.topic("requests"));
  }

  /** How often each text is in the request topic. */
  Map<String, Long> sent() {
    return requests().stream()
        .collect(
            Collectors.groupingBy(
                request -> new String(request.value(), UTF_8),
                TreeMap::new,
                Collectors.counting()));
  }

  /** Fails unless the letters of these numbers were sent, each once, and nothing else. */
  void assertSentOnce(int first, int end) {
    assertThat(sent())
        .containsExactlyInAnyOrderEntriesOf(
            IntStream.range(first, end)
                .boxed()
                .collect(Collectors.toMap(DeadLetterBox::text, i -> 1L)));
  }

  RedriveReport redrive(RedriveJob job) throws InterruptedException {
    return redrive().run(job, RedriveProgress.NONE);
  }

  /** As the worker with these settings would be given it. */
  Redrive redrive(String... settings) {
    Settings loaded = settings(settings);
    return new Redrive(
        rig.admin,
        new ClientProperties(loaded.kafka(), loaded.streams()),
        rig.applicationId,
        loaded.topics(),
        loaded.redrive().maxReplays());
  }

  private Settings settings(String... settings) {
    return SettingsLoader.load(rig.environment("redrive", settings));
  }

  /**
   * A look at the letters.
   *
   * @param settings variables and values in turn
   */
  DeadLetterReader reader(Duration atMost, String... settings) {
    Settings loaded = settings(settings);
    return new DeadLetterReader(
        new ClientProperties(loaded.kafka(), loaded.streams()),
        loaded.topics().deadLetters(),
        atMost);
  }

  /** In their order. */
  static List<String> headers(ConsumerRecord<?, ?> record) {
    List<String> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(
          header.key() + "=" + (header.value() == null ? null : new String(header.value(), UTF_8)));
    }
    return headers;
  }

  static RedriveJob job(String id) {
    return new RedriveJob(id, null, RedriveJob.NO_LIMIT, false);
  }
}
