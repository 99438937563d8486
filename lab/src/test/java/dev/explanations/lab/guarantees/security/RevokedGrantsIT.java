package dev.explanations.lab.guarantees.security;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.LogLines;
import dev.explanations.lab.fixture.Logins;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Principal;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.acl.Grant;
import dev.explanations.worker.acl.Need;
import dev.explanations.worker.acl.Role;
import dev.explanations.worker.kafka.ConsumedRecordsPurger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Grants that are taken away while a worker runs. */
@Order(1)
class RevokedGrantsIT {

  private static final Logins logins = new Logins();

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn(logins);

  private static Principal worker() {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    Principal principal = new Principal(rig, logins, rig.applicationId);
    principal.allow(principal.grants(Role.WORKER));
    return principal;
  }

  /** The grant whose resource has a name of that end. */
  private static Grant grant(Principal principal, AclOperation operation, String type, String end) {
    return principal.grants(Role.WORKER).stream()
        .filter(grant -> grant.operation() == operation)
        .filter(grant -> grant.resource().resourceType().name().equals(type))
        .filter(grant -> grant.resource().name().equals(principal.rig().applicationId + end))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"WRITE,TOPIC,.results", "WRITE,TOPIC,.outcomes", "WRITE,TRANSACTIONAL_ID,-"})
  void worker_endsWithALine_andItsSuccessorAnswersAll(
      AclOperation operation, String type, String end) throws Exception {
    Principal principal = worker();
    Rig rig = principal.rig();
    Grant taken = grant(principal, operation, type, end);
    Worker first = rig.start("w1", principal.variables());
    rig.askAbout(0, 3);
    rig.awaitResults(3);
    try (LogLines said = LogLines.ofWorkers()) {
      principal.forbid(List.of(taken));
      rig.askAbout(3, 10);

      CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(first::awaitEnd);
      assertThat(ended.get(Rig.PATIENCE.toSeconds(), SECONDS)).isOne();
      first.stop();
      assertThat(said.with(line -> line.contains("not allowed: " + taken.text() + " (see --acls)")))
          .isNotEmpty()
          // each stream thread may say it
          .hasSizeLessThanOrEqualTo(2)
          .allSatisfy(line -> assertThat(line).containsIgnoringCase("the worker ends"));
    }
    principal.allow(List.of(taken));

    rig.start("w1", principal.variables());
    rig.answeredExactlyOnce();
  }

  @Test
  void grantsThatAreWithheldOnPurpose_areNotNamedAsTheCause() throws Exception {
    Principal principal = worker();
    Rig rig = principal.rig();
    principal.forbid(
        principal.grants(Role.WORKER).stream()
            .filter(grant -> grant.need() == Need.OPTIONAL)
            .toList());
    Grant taken = grant(principal, WRITE, "TOPIC", ".results");
    Worker worker = rig.start("w1", principal.variables());
    try (LogLines said = LogLines.ofWorkers()) {
      principal.forbid(List.of(taken));
      rig.askAbout(0, 3);

      CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(worker::awaitEnd);
      assertThat(ended.get(Rig.PATIENCE.toSeconds(), SECONDS)).isOne();
      worker.stop();
      assertThat(said.with(line -> line.contains("The worker ends") && line.contains(taken.text())))
          .isNotEmpty()
          .allSatisfy(
              line -> assertThat(line).contains("not allowed: " + taken.text() + " (see --acls)"));
    }
  }

  @Test
  void controlTopic_isTriedAgain_andSpokenOfOnce() throws Exception {
    Principal principal = worker();
    Rig rig = principal.rig();
    List<Grant> taken =
        List.of(
            grant(principal, READ, "TOPIC", ".control"),
            grant(principal, WRITE, "TOPIC", ".control"));
    Worker worker = rig.start("w1", principal.variables());
    try (LogLines said = LogLines.ofWorkers()) {
      principal.forbid(taken);
      await("both are missed")
          .atMost(Rig.PATIENCE)
          .untilAsserted(
              () ->
                  taken.forEach(
                      grant ->
                          assertThat(said.with(line -> line.contains(grant.text()))).hasSize(1)));
      rig.askAbout(0, 3);
      rig.answeredExactlyOnce();

      principal.allow(taken);
      Operator operator = new Operator(worker.httpPort());
      await("a command is written and read").atMost(Rig.PATIENCE).untilAsserted(operator::holdOpen);
      taken.forEach(grant -> assertThat(said.with(line -> line.contains(grant.text()))).hasSize(1));
    }
  }

  @Test
  void consumedRecords_stay_andThatIsSaidOnce() throws Exception {
    Principal principal = worker();
    Rig rig = principal.rig();
    Grant taken = grant(principal, DELETE, "TOPIC", ".outcomes");
    rig.start("w1", principal.variables());
    rig.askAbout(0, 3);
    rig.answeredExactlyOnce();
    principal.forbid(List.of(taken));
    Set<TopicPartition> outcomes =
        rig.topics().offsets(OffsetSpec.latest(), List.of(rig.topic("outcomes"))).keySet();
    try (LogLines said = LogLines.ofWorkers();
        Admin admin = principal.admin();
        var purger =
            new ConsumedRecordsPurger(
                admin, rig.applicationId, Set.of(rig.topic("outcomes")), () -> outcomes)) {
      purger.start(Duration.ofMillis(50));
      await("the refusal is told")
          .atMost(Rig.PATIENCE)
          .until(() -> !said.with(line -> line.contains(taken.text())).isEmpty());
      principal.allow(List.of(taken));
      await("records are deleted again")
          .atMost(Rig.PATIENCE)
          .until(
              () ->
                  rig
                      .topics()
                      .offsets(OffsetSpec.earliest(), List.of(rig.topic("outcomes")))
                      .values()
                      .stream()
                      .anyMatch(offset -> offset > 0));
      assertThat(said.with(line -> line.contains(taken.text()))).hasSize(1);
    }
  }
}
