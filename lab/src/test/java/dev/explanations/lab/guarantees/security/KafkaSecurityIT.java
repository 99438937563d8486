package dev.explanations.lab.guarantees.security;

import static dev.explanations.lab.guarantees.security.SecuredListeners.USER;
import static dev.explanations.lab.guarantees.security.SecuredListeners.jaasConfig;
import static dev.explanations.lab.guarantees.security.SecuredListeners.setPassword;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.certificates.Authority;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker on a Kafka with TLS, by password or by certificate, set up by its environment alone. */
@Order(1)
class KafkaSecurityIT {

  @TempDir static Path directory;

  private static SecuredListeners listeners;

  @RegisterExtension
  static final Cluster cluster =
      Cluster.withBrokerOfItsOwn(
          port -> {
            listeners = SecuredListeners.create(directory);
            return listeners.properties(port);
          });

  private final String password = "word-" + UUID.randomUUID();

  private Map<String, String> login(Rig rig, String listener) throws Exception {
    setPassword(rig.admin, USER, password);
    Path file = Files.createTempFile(directory, "jaas", "");
    return listeners.login(listener, Files.writeString(file, jaasConfig(USER, password)));
  }

  private static WorkerProcess launch(Rig rig, Map<String, String> settings) {
    Map<String, String> environment = rig.environment("w1");
    environment.putAll(settings);
    return rig.launch(List.of(), environment);
  }

  @ParameterizedTest
  @CsvSource({"login", "certificate"})
  void worker_answersRequests(String listener) throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Map<String, String> settings =
        listener.equals("login")
            ? login(rig, "login")
            : listeners.certificate(
                listeners.authority.issue("client-" + UUID.randomUUID()), listeners.trusted());
    WorkerProcess worker = launch(rig, settings);
    worker.awaitReady(Rig.PATIENCE);

    rig.askAbout(0, 50);

    rig.answeredExactlyOnce();
    assertThat(worker.terminate(Rig.PATIENCE)).isZero();
    assertThat(worker.log()).noneMatch(line -> line.contains(password));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          another host      | The certificate of Kafka is for another host than the one that the worker connects to (KAFKA_BOOTSTRAP_SERVERS, advertised.listeners): No subject alternative names matching IP address 127.0.0.1 found
          another authority | The certificate of Kafka is signed by no authority that the worker trusts (KAFKA_SSL_TRUSTSTORE_LOCATION):
          wrong password    | Kafka refuses the login (KAFKA_SASL_JAAS_CONFIG, KAFKA_SASL_MECHANISM): Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512
          no certificate    | Kafka refuses the worker's certificate, or misses it (KAFKA_SSL_KEYSTORE_LOCATION): (certificate_required) Received fatal alert: certificate_required
          no such file      | KAFKA_SSL_*: Failed to load PEM SSL keystore /no/such/ca.pem
          no TLS            | ADDRESS speaks TLS, but KAFKA_SECURITY_PROTOCOL is PLAINTEXT
          no login          | No broker of KAFKA_BOOTSTRAP_SERVERS has answered in time: ADDRESS speaks TLS, perhaps it wants a login (KAFKA_SECURITY_PROTOCOL is SSL), or its advertised.listeners cannot be reached
          TLS without need  | No broker of KAFKA_BOOTSTRAP_SERVERS has answered in time: ADDRESS speaks no TLS, but KAFKA_SECURITY_PROTOCOL is SASL_SSL
          nobody there      | No broker of KAFKA_BOOTSTRAP_SERVERS has answered in time: ADDRESS cannot be reached
          """)
  void worker_thatCannotGetIn_endsWithOneLineThatSaysWhy(String what, String line)
      throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Map<String, String> settings = settings(rig, what);

    WorkerProcess worker = launch(rig, settings);

    assertThat(worker.awaitExit(Rig.PATIENCE)).isEqualTo(1);
    String address = settings.get("KAFKA_BOOTSTRAP_SERVERS");
    assertThat(worker.log())
        .filteredOn(each -> each.contains("Cannot start: "))
        .singleElement()
        .asString()
        .contains("Cannot start: " + line.replace("ADDRESS", address));
    assertThat(worker.log())
        .noneMatch(each -> each.contains(password))
        .as("no stack")
        .noneMatch(each -> each.startsWith("\tat "));
  }

  private Map<String, String> settings(Rig rig, String what) throws Exception {
    Map<String, String> settings = new HashMap<>(login(rig, "login"));
    // a minute by default
    settings.put("KAFKA_DEFAULT_API_TIMEOUT_MS", "4000");
    settings.put("KAFKA_REQUEST_TIMEOUT_MS", "2000");
    switch (what) {
      case "another host" -> settings.putAll(login(rig, "other"));
      case "another authority" ->
          settings.put(
              "KAFKA_SSL_TRUSTSTORE_LOCATION",
              Authority.create(directory.resolve("another")).certificate().toString());
      case "wrong password" -> setPassword(rig.admin, USER, "another");
      case "no certificate" -> {
        settings.put("KAFKA_SECURITY_PROTOCOL", "SSL");
        settings.put("KAFKA_BOOTSTRAP_SERVERS", listeners.address("certificate"));
      }
      case "no such file" -> settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", "/no/such/ca.pem");
      case "no TLS" -> settings.put("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
      case "no login" -> settings.put("KAFKA_SECURITY_PROTOCOL", "SSL");
      case "TLS without need" ->
          settings.put("KAFKA_BOOTSTRAP_SERVERS", rig.broker.bootstrapServers());
      case "nobody there" -> settings.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
      default -> throw new AssertionError(what);
    }
    return settings;
  }
}
