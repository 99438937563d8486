package dev.explanations.lab.guarantees.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** At the limit of the budget no worker begins a call; nothing is lost. */
class BudgetIT {

  private static final int IN_FLIGHT = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension static final Cluster cluster = new Cluster();

  /** Zone in which it is about noon, so that no day ends during a test. */
  private final String noon =
      ZoneId.ofOffset("UTC", ZoneOffset.ofHours(12 - LocalTime.now(ZoneOffset.UTC).getHour()))
          .getId();

  private Rig rig;

  @BeforeEach
  void newApplication() {
    rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
  }

  private Worker start(String name, double perDay) {
    return rig.start(
        name,
        "BUDGET_USD_PER_DAY",
        String.format(Locale.ROOT, "%.9f", perDay),
        "GEMINI_MAX_IN_FLIGHT",
        Integer.toString(IN_FLIGHT),
        "BUDGET_TIME_ZONE",
        noon);
  }

  private static JsonNode budget(Worker worker) {
    URI uri = URI.create("http://127.0.0.1:" + worker.httpPort() + "/api/budget");
    try (InputStream body = uri.toURL().openStream()) {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double charged(Worker worker) {
    return budget(worker).at("/day/chargedUsd").asDouble();
  }

  private static void awaitSpent(Worker worker) {
    await("the budget is spent")
        .atMost(Rig.PATIENCE)
        .until(() -> budget(worker).path("exhausted").asText().equals("day"));
  }

  /** Cost of one call, learnt from a worker without a limit. */
  private double price() throws Exception {
    Worker worker = rig.start("w1", "BUDGET_TIME_ZONE", noon);
    rig.askAbout(0, 10);
    rig.answeredExactlyOnce();
    double price = charged(worker) / 10;
    assertThat(worker.stop()).isZero();
    assertThat(price).isPositive();
    return price;
  }

  @Test
  void atTheLimit_noCallBegins_hitsAreAnswered_andAllGoesOnWhenItIsRaised() throws Exception {
    double price = price();
    double limit = 60 * price;
    Worker worker = start("w1", limit);
    await("kept over a restart").atMost(Rig.PATIENCE).until(() -> counted(worker) == 10);
    rig.askAbout(10, 300);
    awaitSpent(worker);
    rig.awaitEndOfCalls();
    long calls = rig.gemini.statistics().calls();
    await("each outcome is counted").atMost(Rig.PATIENCE).until(() -> counted(worker) == calls);
    double dearest = budget(worker).path("dearestCallUsd").asDouble();
    assertThat(charged(worker)).isBetween(limit, limit + IN_FLIGHT * dearest);
    Health health = new Health(worker.httpPort());
    assertThat(health.body().at("/services/google_ai/error").asText())
        .isEqualTo("budget_exhausted");
    assertThat(health.body().path("status").asText()).isEqualTo("degraded");

    int before = rig.ledger.results().size();
    rig.ask("hit", Rig.request("hit", 0));
    rig.ask("fail", Rig.request("fail", 1_000).replace("}", ",\"onUnavailable\":\"fail\"}"));
    rig.awaitResults(before + 2);
    assertThat(result("hit").path("source").asText()).isEqualTo("state_store");
    assertThat(result("fail").path("error").asText()).isEqualTo("budget_exhausted");
    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls);

    assertThat(worker.stop()).isZero();
    Worker again = start("w1", limit);
    awaitSpent(again);
    new Operator(again.httpPort()).command("/api/budget", "{\"perDayUsd\": 0}");
    rig.answeredExactlyOnce();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(300);
    assertThat(budget(again).path("exhausted").isNull()).isTrue();
  }

  @Test
  void limitOfSeveralWorkers_isOne() throws Exception {
    double price = price();
    double limit = 100 * price;
    List<Worker> workers = List.of(start("w1", limit), start("w2", limit));
    rig.askAbout(10, 400);
    workers.forEach(BudgetIT::awaitSpent);
    rig.awaitEndOfCalls();
    long calls = rig.gemini.statistics().calls();
    assertThat(calls).isBetween(100L, 399L);
    for (Worker worker : workers) {
      await("told by heartbeat").atMost(Rig.PATIENCE).until(() -> counted(worker) == calls);
    }

    Operator operator = new Operator(workers.getFirst().httpPort());
    operator.command("/api/budget", "{\"perDayUsd\": 1000}");

    rig.answeredExactlyOnce();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(400);
  }

  private static long counted(Worker worker) {
    return budget(worker).at("/day/calls").asLong();
  }

  private JsonNode result(String requestId) {
    return rig.results.stream()
        .filter(it -> it.path("requestId").asText().equals(requestId))
        .findFirst()
        .orElseThrow();
  }
}
