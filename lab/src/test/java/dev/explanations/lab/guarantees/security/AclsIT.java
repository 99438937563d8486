package dev.explanations.lab.guarantees.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Audit;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.LogLines;
import dev.explanations.lab.fixture.Logins;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Principal;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.acl.Acls;
import dev.explanations.worker.acl.Grant;
import dev.explanations.worker.acl.Role;
import dev.explanations.worker.kafka.ConsumedRecordsPurger;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With exactly the grants that are documented a worker works; it says which of them is missing. */
class AclsIT {

  /** Becomes a dead letter. */
  private static final String BROKEN = "{\"requestId\": \"broken\", \"topic\": \"Load\"}";

  private static final Logins logins = new Logins();

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn(logins);

  private Principal worker() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    return new Principal(rig, logins, rig.applicationId);
  }

  @Test
  void worker_isRefusedNothing_andUsesEachGrant() throws Exception {
    Principal principal = worker();
    Rig rig = principal.rig();
    DeadLetterBox letters = new DeadLetterBox(rig);
    principal.allow(principal.grants(Role.WORKER));
    try (LogLines said = LogLines.ofWorkers();
        Audit audit = new Audit()) {
      Worker first = rig.start("w1", principal.variables());
      ask(rig, "a", 0, 5);
      rig.awaitResults(5);
      // hits
      ask(rig, "b", 0, 5);
      rig.awaitResults(10);
      Operator operator = new Operator(first.httpPort());
      operator.holdOpen();
      rig.ask("broken", BROKEN);
      ask(rig, "c", 5, 10);
      await("requests go round")
          .atMost(Rig.PATIENCE)
          .until(() -> !rig.topics().read(rig.topic("retries")).isEmpty());
      operator.reset();
      rig.awaitResults(16);
      letters.awaitLetters(1);
      assertThat(call(first, "/api/dead-letters")).contains("invalid_request");
      letters.redriveTwice(principal);
      purge(principal);
      assertThat(first.stop()).isZero();

      Worker second = rig.start("w1", principal.variables("LEAVE_ON_STOP", "true"));
      ask(rig, "d", 0, 12);
      rig.awaitResults(28);
      assertThat(second.stop()).isZero();

      assertThat(said.with(line -> line.contains("not allowed") && isAbout(line, principal)))
          .isEmpty();
      assertThat(audit.refused(principal)).isEmpty();
      assertThat(audit.unused(principal, principal.grants(Role.WORKER))).isEmpty();
    }
  }

  /** RevokedAclsIT may run at the same time, with names that end in those of this class. */
  private static boolean isAbout(String line, Principal principal) {
    return Pattern.compile("\\b" + Pattern.quote(principal.name())).matcher(line).find();
  }

  private static void ask(Rig rig, String ids, int first, int end) {
    for (int i = first; i < end; i++) {
      rig.ask(ids + i, Rig.request(ids + i, i));
    }
  }

  private static String call(Worker worker, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + worker.httpPort() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** As the worker does it each 30 s. */
  private static void purge(Principal principal) {
    Rig rig = principal.rig();
    List<String> queues =
        List.of(
            rig.applicationId + "-accepted-repartition",
            rig.topic("retries"),
            rig.topic("outcomes"));
    Set<TopicPartition> all = rig.topics().offsets(OffsetSpec.latest(), queues).keySet();
    try (Admin admin = principal.admin();
        var purger =
            new ConsumedRecordsPurger(admin, rig.applicationId, Set.copyOf(queues), () -> all)) {
      purger.start(Duration.ofMillis(100));
      await("records are deleted from each queue")
          .atMost(Rig.PATIENCE)
          .until(() -> purgedTopics(rig, queues).equals(Set.copyOf(queues)));
    }
  }

  private static Set<String> purgedTopics(Rig rig, List<String> queues) {
    return rig.topics().offsets(OffsetSpec.earliest(), queues).entrySet().stream()
        .filter(offset -> offset.getValue() > 0)
        .map(offset -> offset.getKey().topic())
        .collect(Collectors.toSet());
  }

  static List<Arguments> rows() {
    Settings defaults = SettingsLoader.loadWithoutKey(Map.of());
    List<Grant> grants =
        new Acls(defaults.topics(), defaults.streams().applicationId()).of(Role.WORKER);
    return IntStream.range(0, grants.size())
        .mapToObj(row -> Arguments.of(row, grants.get(row).text()))
        .toList();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("rows")
  void worker_saysWhichGrantIsMissing(int row, String name) throws Exception {
    Principal principal = worker();
    List<Grant> grants = new ArrayList<>(principal.grants(Role.WORKER));
    Grant missing = grants.remove(row);
    principal.allow(grants);
    try (LogLines said = LogLines.ofWorkers()) {
      Worker worker =
          principal
              .rig()
              .create("w1", principal.variables("STREAM_THREADS", "1", "PARTITIONS", "1"));
      List<String> lines = new ArrayList<>();
      try {
        worker.start();
      } catch (StartException e) {
        lines.add(e.getMessage());
      }
      if (lines.isEmpty() && isOfTheLedger(missing)) {
        prune(principal);
      }
      lines.addAll(said.with(line -> line.contains("not allowed")));

      assertThat(lines)
          .filteredOn(line -> isAbout(line, principal))
          .singleElement()
          .asString()
          .containsPattern(pattern(missing))
          .contains("--acls");
    }
  }

  /** Kafka hides a topic from who may do nothing with it: to the worker it seems to be missing. */
  @Test
  void worker_thatMayCreateNothing_saysWhichGrantIsMissing_onATopicThatExists() {
    Principal principal = worker();
    Rig rig = principal.rig();
    principal.allow(principal.grants(Role.WORKER));
    assertThat(rig.start("w1", principal.variables()).stop()).isZero();
    String results = rig.topic("results");
    principal.forbid(
        principal.grants(Role.WORKER).stream()
            .filter(
                grant ->
                    grant.operation() == AclOperation.CREATE
                        || grant.text().equals("Write on topic " + results))
            .toList());

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(rig.create("w1", principal.variables())::start)
        .withMessage("not allowed: Write on topic %s (see --acls)", results);
  }

  @Test
  void worker_mayHaveEachTopicByName_alsoOneThatBeginsWithItsPrefix() {
    Principal principal = worker();
    String application = principal.rig().applicationId;
    String[] variables = principal.variables("TOPIC_RESULTS", application + "-results");
    Settings settings = SettingsLoader.load(principal.rig().environment("w1", variables));
    List<Grant> grants = new ArrayList<>();
    new Acls(settings.topics(), application)
        .of(Role.WORKER)
        .forEach(grant -> grants.addAll(byName(grant)));
    String pending = application + "-pending-changelog";
    Grant missing =
        grants.stream()
            .filter(grant -> grant.text().equals("Read on topic " + pending))
            .findFirst()
            .orElseThrow();
    grants.remove(missing);
    principal.allow(grants);

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(principal.rig().create("w1", variables)::start)
        .withMessage("not allowed: Read on topic %s (see --acls)", pending);

    principal.allow(List.of(missing));
    assertThat(principal.rig().start("w1", variables).stop()).isZero();
  }

  /** In place of a prefix of topics, each of them. */
  private static List<Grant> byName(Grant grant) {
    return grant.topics().isEmpty()
        ? List.of(grant)
        : grant.topics().stream()
            .map(
                topic ->
                    new Grant(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        List.of(topic),
                        grant.operation(),
                        grant.need(),
                        grant.purpose()))
            .toList();
  }

  /** A prefix may stand for the topics that begin with it. */
  private static Pattern pattern(Grant grant) {
    String operation = grant.text().substring(0, grant.text().indexOf(' '));
    return Pattern.compile(
        "not allowed: %s on [a-z ]+%s"
            .formatted(operation, Pattern.quote(grant.resource().name())));
  }

  private static boolean isOfTheLedger(Grant grant) {
    return grant.operation() == AclOperation.DELETE
        && grant.resource().name().endsWith("-redriven");
  }

  private static void prune(Principal principal) throws InterruptedException {
    Rig rig = principal.rig();
    rig.ask("broken", BROKEN);
    DeadLetterBox letters = new DeadLetterBox(rig);
    letters.awaitLetters(1);
    letters.redriveTwice(principal);
  }
}
