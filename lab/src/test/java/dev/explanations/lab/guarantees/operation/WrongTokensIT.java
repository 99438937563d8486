package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Endpoints;
import dev.explanations.lab.fixture.Endpoints.Endpoint;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who guesses tokens changes nothing, and is in nobody's way. */
class WrongTokensIT {

  private static final String TOKEN = "the-right-token";
  private static final int GUESSES = 3_000;
  private static final int CONNECTIONS = 8;
  private static final int REQUESTS = 300;

  /** Less than all guesses take, of which 250 a second are answered. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  @RegisterExtension static final Cluster cluster = new Cluster();

  private final AtomicInteger guesses = new AtomicInteger();
  private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();

  @Test
  void thousandsOfWrongTokens_changeNothing_andAreInNobodysWay() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    Worker worker = rig.start("w1", "CONTROL_TOKEN", TOKEN);
    rig.askAbout(0, 20);
    rig.awaitResults(20);
    long calls = rig.gemini.statistics().calls();
    Set<String> before = commands(rig);

    try (HttpClient operator = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Endpoints endpoints = new Endpoints(operator, worker.httpPort());
      List<Future<?>> guessers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        guessers.add(threads.submit(() -> guess(worker.httpPort())));
      }
      rig.askAbout(100, 100 + REQUESTS);
      rig.awaitResults(20 + 10);
      assertThat(guesses).as("still at it").hasValueLessThan(GUESSES);
      Duration took = levelIsChanged(endpoints);
      assertThat(guesses).as("still at it").hasValueLessThan(GUESSES);
      assertThat(took).isLessThan(AT_ONCE);
      for (Future<?> guesser : guessers) {
        guesser.get();
      }
      rig.awaitResults(20 + REQUESTS);

      assertThat(answers.keySet()).containsExactlyInAnyOrder(401, 429);
      assertThat(answers.values().stream().mapToInt(it -> it).sum()).isEqualTo(GUESSES);
      nothingHasChanged(rig, worker, before, endpoints);
      // the cache too: no call for what it has
      rig.ask("hit", Rig.request("hit", 1));
      rig.answeredExactlyOnce();
      assertThat(rig.gemini.statistics().calls()).isEqualTo(calls + REQUESTS);
    }
  }

  /** Endpoints in turn, over a connection of its own, until all have been used up. */
  private Void guess(int port) throws Exception {
    List<Endpoint> commands = Endpoints.commands();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Endpoints endpoints = new Endpoints(client, port);
      for (int i = guesses.getAndIncrement(); i < GUESSES; i = guesses.getAndIncrement()) {
        Endpoint endpoint = commands.get(i % commands.size());
        // of all lengths, the right one and more
        String token = TOKEN.substring(0, i % TOKEN.length()) + i;
        int status = endpoints.ask(endpoint, "Bearer " + token, endpoint.body()).statusCode();
        answers.merge(status, 1, Integer::sum);
      }
    }
    return null;
  }

  private static Duration levelIsChanged(Endpoints endpoints) throws Exception {
    long begin = System.nanoTime();
    HttpResponse<String> answer =
        endpoints.ask(
            new Endpoint("POST", "/api/log-level", true),
            "Bearer " + TOKEN,
            "{\"level\":\"warn\",\"logger\":\"dev.explanations.none\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static void nothingHasChanged(
      Rig rig, Worker worker, Set<String> before, Endpoints endpoints) throws Exception {
    assertThat(commands(rig)).isEqualTo(before);
    JsonNode health = new Health(worker.httpPort()).body();
    assertThat(health.path("status").asText()).as("%s", health).isEqualTo("healthy");
    assertThat(health.at("/services/kafka_streams").has("paused")).isFalse();
    JsonNode breaker = health.at("/services/circuit_breakers/google_ai");
    assertThat(breaker.path("state").asText()).isEqualTo("closed");
    assertThat(breaker.has("forced")).isFalse();
    String levels = endpoints.ask(new Endpoint("GET", "/api/log-level", false), null, "").body();
    assertThat(new ObjectMapper().readTree(levels).path("changed"))
        .extracting(change -> change.path("logger").asText())
        .as("the one that was allowed")
        .containsExactly("dev.explanations.none");
  }

  /** The control topic without heartbeats, as key and value. */
  private static Set<String> commands(Rig rig) {
    Set<String> commands = new TreeSet<>();
    rig.topics()
        .read(rig.topic("control"))
        .forEach(
            record -> {
              String key = new String(record.key(), UTF_8);
              if (!key.startsWith("worker/w1") && !key.startsWith("spent/")) {
                commands.add(
                    key + "=" + (record.value() == null ? "" : new String(record.value(), UTF_8)));
              }
            });
    return commands;
  }
}
