package dev.explanations.lab.guarantees.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.explanations.lab.fixture.Audit;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.LogLines;
import dev.explanations.lab.fixture.Logins;
import dev.explanations.lab.fixture.Principal;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import dev.explanations.lab.warm.WarmUp;
import dev.explanations.lab.warm.WarmUpRequests;
import dev.explanations.worker.acl.Acls;
import dev.explanations.worker.acl.Grant;
import dev.explanations.worker.acl.Role;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.store.ExplanationStore;
import java.io.BufferedReader;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The grants of the clients that are no workers; no worker runs. */
class AclRolesIT {

  private static final Logins logins = new Logins();

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn(logins);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WORKER")
  void client_isRefusedNothing_andUsesEachGrant(Role role) throws Exception {
    Principal principal = principal();
    List<Grant> grants = principal.grants(role);
    principal.allow(grants);
    try (Audit audit = new Audit()) {
      work(role, principal);

      assertThat(audit.refused(principal)).isEmpty();
      assertThat(audit.unused(principal, grants)).isEmpty();
    }
  }

  static Stream<Arguments> rows() {
    Settings defaults = SettingsLoader.loadWithoutKey(Map.of());
    Acls acls = new Acls(defaults.topics(), defaults.streams().applicationId());
    return Arrays.stream(Role.values())
        .filter(role -> role != Role.WORKER)
        .flatMap(
            role -> {
              List<Grant> grants = acls.of(role);
              return IntStream.range(0, grants.size())
                  .mapToObj(row -> Arguments.of(role, row, grants.get(row).text()));
            });
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("rows")
  void client_saysWhichGrantIsMissing(Role role, int row, String text) {
    Principal principal = principal();
    List<Grant> grants = new ArrayList<>(principal.grants(role));
    Grant missing = grants.remove(row);
    principal.allow(grants);
    try (LogLines said = LogLines.ofWorkers()) {
      Throwable failure = catchThrowable(() -> work(role, principal));

      if (role == Role.PRODUCER || role == Role.CONSUMER) {
        // any client of Kafka
        assertThat(failure instanceof ExecutionException ? failure.getCause() : failure)
            .isInstanceOf(AuthorizationException.class);
      } else {
        List<String> lines =
            new ArrayList<>(said.with(line -> line.contains(principal.rig().applicationId)));
        if (failure != null) {
          lines.add(failure.getMessage());
        }
        assertThat(lines)
            .filteredOn(line -> line.contains("not allowed"))
            .isNotEmpty()
            .allSatisfy(
                line ->
                    assertThat(line).contains("not allowed: " + missing.text() + " (see --acls)"));
      }
    }
  }

  /** For an application whose topics are there, with a dead letter and a result. */
  private static Principal principal() {
    DeadLetterBox letters = DeadLetterBox.create(cluster);
    Rig rig = letters.rig();
    letters.createTopic("results");
    rig.topics().create(new NewTopic(ExplanationStore.changelog(rig.applicationId), 1, (short) 1));
    letters.publish(0, 1);
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of("bootstrap.servers", rig.broker.bootstrapServers()))) {
      // closing waits for it
      var _ = producer.send(new ProducerRecord<>(rig.topic("results"), "{}".getBytes(UTF_8)));
    }
    return new Principal(rig, logins, rig.applicationId);
  }

  private static void work(Role role, Principal principal) throws Exception {
    switch (role) {
      case WORKER -> throw new IllegalArgumentException("tested elsewhere");
      case REDRIVE -> new DeadLetterBox(principal.rig()).redriveTwice(principal);
      case PRODUCER -> produce(principal);
      case CONSUMER -> consume(principal);
      case SUBMIT -> submit(principal);
      case WARM -> warm(principal);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, String> properties) {
    return new KafkaProducer<>(
        new HashMap<>(properties), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void produce(Principal principal) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(principal.properties())) {
      String requests = principal.rig().topic("requests");
      var _ = producer.send(new ProducerRecord<>(requests, "{}".getBytes(UTF_8))).get();
    }
  }

  private static void consume(Principal principal) {
    Map<String, Object> properties = new HashMap<>(principal.properties());
    properties.put("group.id", principal.name());
    properties.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(principal.rig().topic("results")));
      long deadline = System.nanoTime() + Rig.PATIENCE.toNanos();
      while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      consumer.commitSync();
    }
  }

  private static void submit(Principal principal) {
    Ledger ledger = new Ledger();
    try (ResultFollower follower =
            ResultFollower.follow(
                logins.bootstrapServers(),
                principal.rig().topic("results"),
                ledger,
                ResultListener.NONE,
                Duration.ofSeconds(10),
                principal.properties());
        Publisher publisher =
            new Publisher(
                logins.bootstrapServers(),
                principal.rig().topic("requests"),
                ledger,
                principal.properties())) {
      publisher.publish("r-0", Rig.request("r-0", 0));
      publisher.flush();
      follower.check();
    }
  }

  private static void warm(Principal principal) throws Exception {
    String line = "{\"topic\":\"Load\",\"subtopic\":\"One\"}";
    WarmUpRequests requests =
        WarmUpRequests.read(new BufferedReader(new StringReader(line)), _ -> "key", null);
    try (WarmUp warmUp = new WarmUp(principal.settings(), requests, null);
        Progress progress = Progress.onStandardOutput("explanations")) {
      assertThat(warmUp.run(0, Duration.ZERO, progress).missing()).isOne();
    }
  }
}
