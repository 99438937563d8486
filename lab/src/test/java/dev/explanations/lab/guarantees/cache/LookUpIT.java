package dev.explanations.lab.guarantees.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.RedisFixture;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An explanation is looked up over HTTP, whichever worker has it. */
class LookUpIT {

  private static final int EXPLANATIONS = 8;
  private static final String TOKEN = "a-token-of-the-test";
  private static final String PATH = "/api/cache/entry?topic=Load&subtopic=";

  @RegisterExtension static final Cluster cluster = new Cluster();

  private final HttpClient client = HttpClient.newHttpClient();

  private static URI uri(Worker worker, int explanation) {
    return URI.create(
        "http://127.0.0.1:%d%s%s"
            .formatted(
                worker.httpPort(), PATH, URLEncoder.encode(Rig.subtopic(explanation), UTF_8)));
  }

  /** The answer itself: redirects are not followed. */
  private HttpResponse<String> ask(URI uri, String token) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).build(),
        BodyHandlers.ofString());
  }

  /** The answer of a worker, as soon as its partitions are at rest. */
  private HttpResponse<String> ask(Worker worker, int explanation) {
    List<HttpResponse<String>> answers = new ArrayList<>();
    await("partitions are at rest")
        .atMost(Rig.PATIENCE)
        .until(
            () -> {
              answers.add(ask(uri(worker, explanation), TOKEN));
              return answers.getLast().statusCode() != 503;
            });
    return answers.getLast();
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  private static String detail(HttpResponse<String> answer) throws Exception {
    return json(answer).path("detail").asText();
  }

  private void awaitShared(Worker one, Worker other) {
    // a worker takes ten a second
    await("each of two workers has a partition")
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(() -> statuses(one).size() == 2 && statuses(other).size() == 2);
  }

  private Set<Integer> statuses(Worker worker) throws Exception {
    Set<Integer> statuses = new TreeSet<>();
    for (int i = 0; i < EXPLANATIONS; i++) {
      statuses.add(ask(uri(worker, i), TOKEN).statusCode());
    }
    return statuses;
  }

  private static Worker start(Rig rig, String name, String... more) throws Exception {
    String port = Integer.toString(FreePort.find());
    List<String> settings = new ArrayList<>(List.of("CONTROL_TOKEN", TOKEN, "HTTP_PORT", port));
    for (String text : more) {
      settings.add(text.replace("PORT", port));
    }
    return rig.start(name, settings.toArray(String[]::new));
  }

  @Test
  void entry_isFoundOnEitherWorker_throughARedirect() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    Instant before = Instant.now();
    Worker w1 = start(rig, "w1", "HTTP_ADVERTISED", "127.0.0.1:PORT");
    Worker w2 = start(rig, "w2", "HTTP_ADVERTISED", "http://127.0.0.1:PORT");
    rig.askAbout(0, EXPLANATIONS);
    rig.awaitResults(EXPLANATIONS);
    awaitShared(w1, w2);

    int redirects = 0;
    for (int i = 0; i < EXPLANATIONS; i++) {
      HttpResponse<String> answer = ask(w1, i);
      if (answer.statusCode() == 307) {
        redirects++;
        URI there = URI.create(answer.headers().firstValue("Location").orElseThrow());
        assertThat(there).isEqualTo(uri(w2, i));
        assertThat(ask(there, "wrong").statusCode()).isEqualTo(401);
        answer = ask(there, TOKEN);
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode entry = json(answer);
      String subtopic = Rig.subtopic(i);
      JsonNode result =
          rig.results.stream()
              .filter(it -> it.path("subtopic").asText().equals(subtopic))
              .findFirst()
              .orElseThrow();
      for (String same : List.of("model", "promptVersion", "usage")) {
        assertThat(entry.path(same)).as(same).isEqualTo(result.path(same));
      }
      assertThat(entry.path("text")).isEqualTo(result.path("explanation"));
      assertThat(entry.path("tier").asText()).isEqualTo("state_store");
      assertThat(entry.path("hits").isNull()).isTrue();
      assertThat(Instant.parse(entry.path("created").asText())).isBetween(before, Instant.now());
      assertThat(Instant.parse(entry.path("expires").asText())).isAfter(Instant.now());
    }
    assertThat(redirects).isBetween(1, EXPLANATIONS - 1);
    assertThat(ask(uri(w1, 0), "wrong").statusCode()).isEqualTo(401);
    assertThat(rig.gemini.statistics().calls())
        .as("a look-up calls nobody")
        .isEqualTo(EXPLANATIONS);
  }

  @Test
  void ownerWithoutAnAddress_isNamed() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    Worker w1 = start(rig, "w1");
    Worker w2 = start(rig, "w2");
    rig.askAbout(0, EXPLANATIONS);
    rig.awaitResults(EXPLANATIONS);
    awaitShared(w1, w2);

    for (int i = 0; i < EXPLANATIONS; i++) {
      HttpResponse<String> first = ask(w1, i);
      HttpResponse<String> second = ask(w2, i);
      assertThat(List.of(first.statusCode(), second.statusCode()))
          .containsExactlyInAnyOrder(200, 404);
      assertThat(first.statusCode() == 404 ? detail(first) : detail(second))
          .contains("the worker " + (first.statusCode() == 404 ? "w2" : "w1"));
    }
  }

  @Test
  void hitsAreCounted_andWhatIsVoidOrWasNeverAsked_isNotFound() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    Worker worker = rig.start("w1");
    rig.askAbout(0, 2);
    rig.awaitResults(2);
    for (int i = 0; i < 3; i++) {
      rig.ask("hit-" + i, Rig.request("hit-" + i, 0));
    }
    rig.answeredExactlyOnce();

    JsonNode entry = json(ask(worker, 0));
    assertThat(entry.path("hits").asInt()).isEqualTo(3);
    assertThat(Instant.parse(entry.path("hitsSince").asText())).isBefore(Instant.now());
    assertThat(json(ask(worker, 1)).path("hits").isNull()).isTrue();
    assertThat(ask(worker, 2).statusCode()).isEqualTo(404);

    String question =
        """
        {"topic": "Load", "subtopic": "%s", "detail": "medium", "education": "%s", "language": "en"}
        """
            .formatted(Rig.subtopic(0), rig.results.getFirst().path("education").asText());
    new Operator(worker.httpPort()).command("/api/cache/invalidate", question);
    assertThat(ask(worker, 0).statusCode()).isEqualTo(404);
    assertThat(detail(ask(worker, 0))).contains(entry.path("cacheKey").asText());
    assertThat(ask(worker, 1).statusCode()).isEqualTo(200);
  }

  @Test
  void redis_isLookedInto_whereTheStoreHasNone() throws Exception {
    Rig first = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    Rig second = cluster.rig(Behaviour.answer(Duration.ofMillis(5)));
    try (RedisFixture redis = RedisFixture.start()) {
      first.start("w1", RedisFixture.settings(redis.port()));
      Worker other = second.start("w1", RedisFixture.settings(redis.port()));
      first.askAbout(0, 1);
      first.awaitResults(1);

      List<JsonNode> entries = new ArrayList<>();
      await("the explanation is shared")
          .atMost(Rig.PATIENCE)
          .until(
              () -> {
                entries.add(json(ask(other, 0)));
                return entries.getLast().has("tier");
              });
      assertThat(entries.getLast().path("tier").asText()).isEqualTo("redis");
      assertThat(entries.getLast().path("text"))
          .isEqualTo(first.results.getFirst().path("explanation"));
    }
  }
}
