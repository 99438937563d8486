package dev.explanations.lab.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import dev.explanations.lab.submit.Tally;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml promises, where Docker and its images are there. */
class ComposeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path FILE = Path.of("..", "docker-compose.yml").toAbsolutePath();

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void workers_answerRequests_withoutAnySetting_areScaled_andStop() throws Exception {
    int kafka = FreePort.find();
    int worker = FreePort.find();
    Compose compose =
        new Compose(
            FILE,
            Map.of(
                "KAFKA_PORT", Integer.toString(kafka),
                "WORKER_PORTS", Integer.toString(worker),
                "SIMULATOR_PORT", Integer.toString(FreePort.find())));
    assumeStartable(compose);
    try (compose) {
      compose.up();
      await("the worker is ready").atMost(PATIENCE).until(() -> status(worker, "/ready") == 200);
      assertAnswers("localhost:" + kafka, "one");
      assertThat(body(worker, "/api/health")).contains("\"type\":\"redis\"");
      assertThat(compose.exec("worker", "ls", "/run/explanation-worker")).contains("control-token");
      assertThat(compose.exec("redis", "ls", "/run/redis").lines())
          .containsExactlyInAnyOrder("password", "redis.conf");

      // any three free ports
      compose.set("WORKER_PORTS", "0");
      compose.up("--scale", "worker=3");
      await("three workers are ready")
          .atMost(PATIENCE)
          .until(
              () ->
                  compose
                      .inspect("worker", "{{.State.Health.Status}}")
                      .equals(List.of("healthy", "healthy", "healthy")));
      assertThat(compose.exec("worker", "ls", "/var/lib/explanation-worker").lines())
          .containsExactly("state-1", "state-2", "state-3");
      assertAnswers("localhost:" + kafka, "three");

      compose.stop();
      assertThat(compose.inspect("worker", "{{.State.Status}} {{.State.ExitCode}}"))
          .containsExactly("exited 0", "exited 0", "exited 0");
      assertThat(compose.inspect("", "{{.State.Status}}")).containsOnly("exited");
      assertThat(compose.inspect("", "{{range .Mounts}}{{println .Type .Name}}{{end}}"))
          .as("volumes have names")
          .noneMatch(mount -> mount.matches("volume [0-9a-f]{64}"));
    }
  }

  @Test
  void securedWorker_answersRequests_overTls_toWhoHasAPassword() throws Exception {
    int kafka = FreePort.find();
    int worker = FreePort.find();
    Compose compose =
        new Compose(
            FILE,
            Map.of(
                "COMPOSE_PROFILES", "secured",
                "SECURED_KAFKA_PORT", Integer.toString(kafka),
                "SECURED_WORKER_PORT", Integer.toString(worker),
                "SIMULATOR_PORT", Integer.toString(FreePort.find())));
    assumeStartable(compose);
    try (compose) {
      compose.up("worker-secured");
      await("the worker is ready").atMost(PATIENCE).until(() -> status(worker, "/ready") == 200);
      Map<String, String> client =
          properties(compose.exec("kafka-secured", "cat", "/run/kafka/client.properties"));
      assertAnswers("localhost:" + kafka, "secured", client);
      await("Redis is connected")
          .atMost(PATIENCE)
          .until(
              () ->
                  body(worker, "/api/health")
                      .matches("(?s).*\"type\":\"redis\"[^}]*\"connected\":true.*"));

      String token = compose.exec("worker-secured", "cat", "/run/explanation-worker/control-token");
      assertThat(clearCache(worker, "wrong")).isEqualTo(401);
      assertThat(clearCache(worker, token)).isEqualTo(200);
      assertThat(compose.log())
          .contains("security.protocol=SASL_SSL", "sasl.jaas.config=******")
          .doesNotContain(
              token,
              compose.exec("worker-secured", "cat", "/run/explanation-worker/redis-password"))
          .doesNotContain(compose.exec("kafka-secured", "cat", "/run/kafka/worker-password"));
      assertThat(compose.running())
          .containsExactlyInAnyOrder(
              "kafka-secured", "redis-secured", "simulator", "worker-secured");

      compose.stop();
      assertThat(compose.inspect("worker-secured", "{{.State.ExitCode}}")).containsExactly("0");
      assertThat(compose.inspect("", "{{range .Mounts}}{{println .Type .Name}}{{end}}"))
          .as("volumes have names")
          .noneMatch(mount -> mount.matches("volume [0-9a-f]{64}"));
    }
  }

  private static void assumeStartable(Compose compose) throws Exception {
    assumeTrue(Files.exists(FILE), "there is no " + FILE);
    String missing = compose.whatIsMissing();
    if (Boolean.getBoolean("it.containers")) {
      assertThat(missing).as("-Dit.containers=true").isEmpty();
    }
    assumeTrue(missing.isEmpty(), missing);
  }

  private static Map<String, String> properties(String text) throws IOException {
    Properties read = new Properties();
    read.load(new StringReader(text));
    Map<String, String> properties = new HashMap<>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    return properties;
  }

  private int clearCache(int port, String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/cache/clear"))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.noBody())
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static void assertAnswers(String bootstrap, String name) throws Exception {
    assertAnswers(bootstrap, name, Map.of());
  }

  private static void assertAnswers(String bootstrap, String name, Map<String, String> client)
      throws Exception {
    Ledger ledger = new Ledger();
    try (ResultFollower _ =
            ResultFollower.follow(
                bootstrap, "explanations.results", ledger, ResultListener.NONE, PATIENCE, client);
        Publisher publisher = new Publisher(bootstrap, "explanations.requests", ledger, client)) {
      for (int i = 0; i < 20; i++) {
        publisher.publish(
            name + "-" + i,
            "{\"requestId\":\"%s-%d\",\"topic\":\"Compose\",\"subtopic\":\"Part %d\"}"
                .formatted(name, i, i % 10));
      }
      publisher.flush();
      assertThat(ledger.awaitResults(PATIENCE)).isTrue();
    }

    Tally tally = ledger.tally();
    assertThat(tally.exactlyOnce()).as("%s", tally).isTrue();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
  }

  private int status(int port, String path) throws InterruptedException {
    try {
      return http.send(get(port, path), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private String body(int port, String path) throws IOException, InterruptedException {
    return http.send(get(port, path), BodyHandlers.ofString()).body();
  }

  private static HttpRequest get(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(5))
        .build();
  }
}
