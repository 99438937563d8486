package dev.explanations.lab.guarantees.security;

import static dev.explanations.lab.guarantees.security.SecuredListeners.USER;
import static dev.explanations.lab.guarantees.security.SecuredListeners.jaasConfig;
import static dev.explanations.lab.guarantees.security.SecuredListeners.removeUser;
import static dev.explanations.lab.guarantees.security.SecuredListeners.setPassword;
import static dev.explanations.lab.guarantees.security.SecuredListeners.setStore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.certificates.Authority;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.ReadyProbe;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and certificates change while requests flow; nothing is lost or doubled. */
@Order(1)
class RotationIT {

  @TempDir static Path directory;

  private static SecuredListeners listeners;

  @RegisterExtension
  static final Cluster cluster =
      Cluster.withBrokerOfItsOwn(
          port -> {
            listeners = SecuredListeners.withRenewing(directory);
            return listeners.properties(port);
          });

  private final String first = "first-" + UUID.randomUUID();
  private final String second = "second-" + UUID.randomUUID();
  private final Map<String, WorkerProcess> workers = new HashMap<>();
  private final Map<String, String> settings = new HashMap<>();
  private Rig rig;
  private Path jaas;
  private int asked;

  @BeforeEach
  void start() throws Exception {
    rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    jaas = Files.createTempFile(directory, "jaas", "");
    setPassword(rig.admin, USER, first);
    Files.writeString(jaas, jaasConfig(USER, first));
  }

  private void startBoth(Map<String, String> access) {
    settings.putAll(access);
    for (String worker : List.of("w1", "w2")) {
      launch(worker);
      workers.get(worker).awaitReady(Rig.PATIENCE);
    }
    ask(50);
  }

  private void launch(String worker) {
    Map<String, String> environment = rig.environment(worker, "LEAVE_ON_STOP", "true");
    environment.putAll(settings);
    workers.put(worker, rig.launch(List.of(), environment));
  }

  private void ask(int requests) {
    rig.askAbout(asked, asked += requests);
  }

  /** 50 requests a second. */
  private void askUntil(String what, Callable<Boolean> done) {
    await(what)
        .atMost(Rig.PATIENCE)
        .until(
            () -> {
              ask(5);
              return done.call();
            });
  }

  /** Restarts the workers in turn, with the settings and files as they are now. */
  private void restartBoth(Consumer<WorkerProcess> stop) {
    for (String worker : List.of("w1", "w2")) {
      ask(20);
      stop.accept(workers.get(worker));
      launch(worker);
      try (ReadyProbe probe = new ReadyProbe(workers.get(worker).httpPort())) {
        askUntil(worker + " is ready", probe::isReady);
      }
    }
  }

  private void nothingIsLost() throws InterruptedException {
    ask(20);
    rig.answeredExactlyOnce();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(asked);
    workers.values().forEach(this::endsWell);
  }

  private void endsWell(WorkerProcess worker) {
    assertThat(worker.terminate(Rig.PATIENCE)).isZero();
    assertThat(worker.log()).noneMatch(line -> line.contains(first) || line.contains(second));
  }

  @Test
  @EnabledIfSystemProperty(named = "it.rotation", matches = "true", disabledReason = "takes long")
  void password_isChanged_andWorkersAreRestartedWithIt() throws Exception {
    startBoth(listeners.login("login", jaas));

    setPassword(rig.admin, USER, second);
    Files.writeString(jaas, jaasConfig(USER, second));
    // a connection that the old one opens meanwhile is refused: it may end by itself, with a 1
    restartBoth(worker -> worker.terminate(Rig.PATIENCE));

    nothingIsLost();
  }

  /** Where connections log in again and again, the old password must be good until the last. */
  @Test
  void user_isReplaced_whereConnectionsReauthenticate() throws Exception {
    startBoth(listeners.login("renewing", jaas));

    setPassword(rig.admin, USER + "-2", second);
    Files.writeString(jaas, jaasConfig(USER + "-2", second));
    restartBoth(this::endsWell);
    removeUser(rig.admin, USER);
    long logins = logins();
    askUntil("connections have logged in again", () -> logins() > logins + 5);

    nothingIsLost();
  }

  private static long logins() {
    return SecuredListeners.reauthentications("renewing");
  }

  /** Without a second user: the worker ends, and says why; the next takes over. */
  @Test
  @EnabledIfSystemProperty(named = "it.rotation", matches = "true", disabledReason = "takes long")
  void password_thatIsRefusedLater_endsTheWorker_whichSaysSo() throws Exception {
    startBoth(listeners.login("renewing", jaas));

    setPassword(rig.admin, USER, second);
    Files.writeString(jaas, jaasConfig(USER, second));
    for (WorkerProcess worker : workers.values()) {
      askUntil("it ends", () -> worker.awaitEnd(Duration.ZERO));
      assertThat(worker.exitCode()).isEqualTo(1);
      assertThat(worker.log()).anyMatch(line -> line.contains("Kafka refuses the login"));
      assertThat(worker.log()).noneMatch(line -> line.contains(first));
    }
    launch("w1");
    workers.remove("w2");
    workers.get("w1").awaitReady(Rig.PATIENCE);

    ask(20);
    rig.answeredExactlyOnce();
    endsWell(workers.get("w1"));
  }

  @Test
  @EnabledIfSystemProperty(named = "it.rotation", matches = "true", disabledReason = "takes long")
  void authority_isReplaced_withTheCertificatesOfBrokerAndWorkers() throws Exception {
    Authority old = listeners.authority;
    Path keystore = directory.resolve("worker.pem");
    Path truststore = directory.resolve("trusted.pem");
    Files.copy(old.issue("worker-1"), keystore);
    Files.copy(old.certificate(), truststore);
    startBoth(listeners.certificate(keystore, truststore));
    Authority next = Authority.create(directory.resolve("next"));
    Path both =
        Files.writeString(
            directory.resolve("both.pem"),
            Files.readString(old.certificate()) + Files.readString(next.certificate()));

    // all trust both, then certificates change, then nobody trusts the old one
    setStore(rig.admin, "certificate", "truststore", both);
    Files.copy(both, truststore, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(next.issue("worker-2"), keystore, StandardCopyOption.REPLACE_EXISTING);
    restartBoth(this::endsWell);
    setStore(rig.admin, "certificate", "keystore", next.issue("broker", SecuredListeners.HOST));
    Files.copy(next.certificate(), truststore, StandardCopyOption.REPLACE_EXISTING);
    restartBoth(this::endsWell);
    setStore(rig.admin, "certificate", "truststore", next.certificate());

    nothingIsLost();
  }
}
