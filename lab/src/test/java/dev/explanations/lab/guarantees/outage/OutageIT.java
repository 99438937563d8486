package dev.explanations.lab.guarantees.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply.Canned;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutageIT {

  private static final int IN_FLIGHT = 32;
  private static final Behaviour DOWN = Behaviour.of(Canned.OVERLOADED);

  @RegisterExtension static final Cluster cluster = new Cluster();

  private static String failFast(String requestId, int explanation) {
    return Rig.request(requestId, explanation).replace("}", ",\"onUnavailable\":\"fail\"}");
  }

  @Test
  void outage_costsTime_butNoRequestsAndHardlyACall() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(50)));
    Worker worker =
        rig.start(
            "w1",
            "GEMINI_MAX_IN_FLIGHT",
            Integer.toString(IN_FLIGHT),
            "CIRCUIT_BREAKER_TIMEOUT",
            "1s");
    Health health = new Health(worker.httpPort());
    rig.askAbout(0, 400);
    rig.awaitCallsMade(100);

    long begin = System.nanoTime();
    rig.gemini.behave(DOWN.after(Duration.ofMillis(50)));
    health.awaitBreaker("open");
    rig.awaitEndOfCalls();
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body().path("status").asText()).isEqualTo("degraded");
    health.awaitBreaker("half_open");
    health.awaitBreaker("open");
    rig.askAbout(400, 600);
    long refused = rig.gemini.statistics().byStatus().getOrDefault(503, 0L);
    // two each second, however long a loaded machine took for this
    long probes = 2 * (1 + Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    assertThat(refused).isLessThanOrEqualTo(5 + IN_FLIGHT + probes);

    rig.gemini.behaveNormally();

    Tally tally = rig.answeredExactlyOnce();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(health.breakerState()).isEqualTo("closed");
    assertThat(health.body().path("status").asText()).isEqualTo("healthy");
    assertThat(rig.results)
        .filteredOn(
            result -> Integer.parseInt(result.path("requestId").asText().substring(2)) > 400)
        .as("waiting used up no attempt, but for the probes")
        .filteredOn(result -> result.path("attempts").asInt() > 1)
        .hasSizeLessThan(20);
  }

  @Test
  void crashWhileTheBreakerIsOpen_losesNothing_andTheRestartAsksAtOnce() throws Exception {
    Rig rig = cluster.rig(DOWN);
    WorkerProcess crashing =
        rig.process(
            "w1",
            "CIRCUIT_BREAKER_TIMEOUT",
            "10m",
            "GEMINI_MAX_IN_FLIGHT",
            Integer.toString(IN_FLIGHT));
    Health health = new Health(crashing.httpPort());
    rig.askAbout(0, 150);
    health.awaitBreaker("open");
    rig.awaitEndOfCalls();
    // what waits already stays where it is, what arrives goes round
    rig.askAbout(150, 300);
    await("all of them wait")
        .atMost(Rig.PATIENCE)
        .until(
            () -> rig.topics().read(rig.topic("retries")).size() >= 150 && health.pending() == 300);
    long calls = rig.gemini.statistics().calls();

    crashing.kill();
    rig.gemini.behave(Behaviour.answer(Duration.ZERO));
    rig.process("w1", "CIRCUIT_BREAKER_TIMEOUT", "10m");

    Tally tally = rig.answeredExactlyOnce();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(calls).as("threshold and what had begun by then").isLessThanOrEqualTo(5 + IN_FLIGHT);
  }

  @Test
  void requestsThatDoNotWait_getTheFallback_andWaitingOnesStayUntilTheirDeadline()
      throws Exception {
    Rig rig = cluster.rig(DOWN);
    Worker worker = rig.start("w1", "CIRCUIT_BREAKER_TIMEOUT", "10m", "REQUEST_TIMEOUT", "3s");
    rig.askAbout(0, 20);
    new Health(worker.httpPort()).awaitBreaker("open");
    rig.awaitEndOfCalls();
    long calls = rig.gemini.statistics().calls();
    for (int i = 100; i < 120; i++) {
      rig.ask("r-" + i, failFast("r-" + i, i));
    }

    rig.answeredExactlyOnce();

    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls);
    assertThat(rig.results)
        .filteredOn(OutageIT::waits)
        .hasSize(20)
        .allSatisfy(result -> assertThat(waited(result)).isGreaterThanOrEqualTo(3_000L));
    assertThat(rig.results)
        .filteredOn(result -> !waits(result))
        .hasSize(20)
        .allSatisfy(
            result -> {
              assertThat(result.path("status").asText()).isEqualTo("unavailable");
              assertThat(result.path("error").asText()).isEqualTo("circuit_breaker_open");
              assertThat(result.path("explanation").asText())
                  .isEqualTo("Service temporarily unavailable. Please try again in a few moments.");
              assertThat(waited(result)).isLessThan(3_000L);
            });
    assertThat(rig.topics().read(rig.topic("dead-letters"))).hasSize(40);
  }

  @Test
  void refusedKey_losesNothing_andTheRightOneAnswersAll() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.gemini.acceptOnlyKey("the-right-key");
    Worker misconfigured = rig.start("w1", "RETRY_BACKOFF_MAX", "2s");
    Health health = new Health(misconfigured.httpPort());
    rig.askAbout(0, 50);
    health.awaitBreaker("open");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body().path("status").asText()).isEqualTo("unhealthy");
    assertThat(health.body().toString()).doesNotContain("a-key-for-the-simulator");
    assertThat(rig.results).isEmpty();
    assertThat(misconfigured.stop()).isZero();

    Worker mended = rig.start("w1", "RETRY_BACKOFF_MAX", "2s", "GOOGLE_API_KEY", "the-right-key");

    Tally tally = rig.answeredExactlyOnce();
    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(new Health(mended.httpPort()).status()).isEqualTo(200);
  }

  @Test
  void whileTheFirstModelsBreakerIsOpen_theNextModelAnswers() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.gemini.behaveWhen(call -> call.model().equals("gemini-3.5-flash-lite"), DOWN);
    Worker worker =
        rig.start(
            "w1", "GEMINI_FALLBACK_MODELS", "gemini-3.6-flash", "CIRCUIT_BREAKER_TIMEOUT", "10m");
    rig.askAbout(0, 50);

    Tally tally = rig.answeredExactlyOnce();

    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(rig.results)
        .allSatisfy(r -> assertThat(r.path("model").asText()).isEqualTo("gemini-3.6-flash"));
    Health health = new Health(worker.httpPort());
    assertThat(health.breakerState()).isEqualTo("open");
    assertThat(health.breaker("google_ai:gemini-3.6-flash").path("state").asText())
        .isEqualTo("closed");
  }

  private static boolean waits(JsonNode result) {
    return result.path("requestId").asText().length() < "r-100".length();
  }

  private static long waited(JsonNode result) {
    return Duration.between(
            Instant.parse(result.path("requestedAt").asText()),
            Instant.parse(result.path("completedAt").asText()))
        .toMillis();
  }
}
