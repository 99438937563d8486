package dev.explanations.lab.guarantees.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply.Canned;
import dev.explanations.worker.Worker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.embedded.RedisServer;

/** What a worker says of itself while what it needs goes away and comes back. */
class HealthIT {

  private static final Behaviour OK = Behaviour.answer(Duration.ofMillis(20));

  /** Relative to the module, where Maven runs tests. */
  private static final Path MONITORING = Path.of("..", "monitoring");

  private static final Pattern METER =
      Pattern.compile(
          "\\b(?:explanation|jvm|process|kafka_stream|kafka_consumer|resilience4j)_[a-z0-9_]+");

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn();

  private final HttpClient http = HttpClient.newHttpClient();
  private RedisServer redis;
  private Rig rig;
  private Worker worker;
  private Health health;
  private int asked;

  @BeforeEach
  void start() throws IOException {
    redis = new RedisServer(FreePort.find());
    redis.start();
    rig = cluster.rig(OK);
    worker =
        rig.start(
            "w1",
            "REDIS_ENABLED",
            "true",
            "REDIS_PORT",
            Integer.toString(redis.ports().getFirst()),
            "MAX_PENDING",
            "20",
            "CIRCUIT_BREAKER_TIMEOUT",
            "500ms");
    health = new Health(worker.httpPort());
  }

  @AfterEach
  void stopRedis() throws IOException {
    redis.stop();
  }

  private void ask(int requests) {
    rig.askAbout(asked, asked += requests);
  }

  private void becomes(String status, String pointer, String value) {
    await(status + ", " + pointer + " " + value)
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              JsonNode body = health.body();
              assertThat(body.at("/services/" + pointer).asText()).as("%s", body).isEqualTo(value);
              assertThat(body.path("status").asText()).as("%s", body).isEqualTo(status);
            });
  }

  private void becomesHealthy() {
    becomes("healthy", "kafka_streams/state", "RUNNING");
  }

  private String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + worker.httpPort() + path);
    var response = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }

  @Test
  void health_saysWhatIsWrong_andThatItIsOver() throws Exception {
    becomesHealthy();
    ask(10);
    rig.awaitResults(10);

    redis.stop();
    becomes("degraded", "cache/connected", "false");
    redis.start();
    becomesHealthy();

    rig.gemini.behave(Behaviour.of(Canned.OVERLOADED));
    ask(10);
    becomes("degraded", "google_ai/error", "model_unavailable");
    assertThat(health.breaker().path("last_failure_time").asText()).isNotEmpty();
    rig.gemini.behave(OK);
    rig.awaitResults(20);
    becomesHealthy();

    CompletableFuture<?> overloaded = new CompletableFuture<>();
    rig.gemini.behave(OK.heldUntil(overloaded));
    ask(25);
    becomes("degraded", "kafka_streams/error", "overloaded");
    assertThat(health.body().at("/services/kafka_streams/pending").asInt())
        .as("each stream thread may let one more in")
        .isBetween(20, 22);
    rig.gemini.behave(OK);
    overloaded.complete(null);
    rig.awaitResults(45);
    becomesHealthy();

    cluster.broker().stop();
    becomes("unhealthy", "kafka_streams/error", "broker_unreachable");
    assertThat(get("/live")).contains("live");
    await("the figures, which are a second old at most")
        .atMost(Rig.PATIENCE)
        .untilAsserted(() -> assertThat(get("/api/metrics")).contains("\"lag\":{\"total\":null"));
    cluster.broker().start();
    becomesHealthy();

    ask(5);
    rig.answeredExactlyOnce();
    becomes("healthy", "kafka_streams/lag", "0");
    figuresAddUp();
    monitoringKnowsItsMeters();
  }

  /** The figures are a second old at most. */
  private void figuresAddUp() {
    await("the figures").atMost(Rig.PATIENCE).untilAsserted(this::assertFiguresAddUp);
  }

  private void assertFiguresAddUp() throws Exception {
    JsonNode figures = new ObjectMapper().readTree(get("/api/metrics"));
    assertThat(figures.at("/lag/by_topic").size()).as("topics of its partitions").isEqualTo(4);
    JsonNode requests = figures.path("requests");
    assertThat(requests.path("received").asInt()).as("%s", requests).isGreaterThanOrEqualTo(asked);
    assertThat(requests.path("explained").asInt()).as("%s", requests).isGreaterThanOrEqualTo(45);
    assertThat(requests.path("unavailable").asInt()).as("%s", requests).isPositive();
    assertThat(requests.path("pending").asInt()).as("%s", requests).isZero();
    assertThat(requests.path("oldest_pending_seconds").isNull()).as("%s", requests).isTrue();
  }

  /** Every meter that an alert or the dashboard names must be there, or nobody would notice. */
  private void monitoringKnowsItsMeters() throws Exception {
    Set<String> there =
        get("/metrics")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toSet());
    for (String file : new String[] {"alerts.yml", "grafana/dashboards/worker.json"}) {
      Set<String> named = new TreeSet<>();
      Matcher matcher = METER.matcher(Files.readString(MONITORING.resolve(file)));
      while (matcher.find()) {
        named.add(matcher.group());
      }
      assertThat(named).as(file).hasSizeGreaterThan(8);
      assertThat(there).as(file).containsAll(named);
    }
  }
}
