package dev.explanations.lab.guarantees.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.RedisFixture;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What workers share through Redis. */
@Order(1)
class RedisIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  private RedisFixture redis;

  @BeforeEach
  void start() throws Exception {
    redis = RedisFixture.start();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  private String[] settings(String... more) {
    return RedisFixture.settings(redis.port(), more);
  }

  /** Worker whose Redis has answered once: before that, no look-up and no write is tried. */
  private static Worker connected(Rig rig, String... settings) {
    Worker worker = rig.start("w1", settings);
    new Health(worker.httpPort()).awaitCache("healthy");
    return worker;
  }

  private void awaitEntries(long count) {
    await("%d entries".formatted(count))
        .atMost(Rig.PATIENCE)
        .until(() -> redis.number("DBSIZE") == count);
  }

  @Test
  void whatOneApplicationHasPaidFor_costsAnotherNoCall() throws Exception {
    Rig first = cluster.rig(Behaviour.answer(Duration.ZERO));
    Rig second = cluster.rig(Behaviour.answer(Duration.ZERO));
    connected(first, settings());
    connected(second, settings());
    first.askAbout(0, 200);
    assertThat(first.answeredExactlyOnce().from("gemini")).isEqualTo(200);
    awaitEntries(200);

    second.askAbout(0, 200);

    Tally tally = second.answeredExactlyOnce();
    assertThat(tally.from("redis")).isEqualTo(200);
    assertThat(second.gemini.statistics().calls()).isZero();
  }

  @Test
  void killedInTheMiddle_losesNothing_andIsUsedAgainWhenItIsBack() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    Worker worker = connected(rig, settings());
    Health health = new Health(worker.httpPort());
    rig.askAbout(0, 1_500);
    rig.awaitCallsMade(300);

    redis.kill();
    health.awaitCache("degraded");
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body().path("status").asText()).isEqualTo("degraded");
    rig.askAbout(1_500, 2_000);
    rig.awaitResults(2_000);
    redis.restart();
    await("used again, as new explanations come")
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              int next = (int) rig.ledger.requests();
              rig.askAbout(next, next + 1);
              return redis.number("DBSIZE") > 0;
            });
    health.awaitCache("healthy");

    Tally tally = rig.answeredExactlyOnce();
    assertThat(tally.from("gemini")).isEqualTo(tally.requests());
    assertThat(rig.gemini.statistics().calls()).isEqualTo(tally.requests());
    assertThat(worker.stop()).isZero();
  }

  @Test
  void stalled_makesNobodyWaitWhoNeedsItNot() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    connected(rig, settings("REDIS_TIMEOUT", "1m", "STREAM_THREADS", "1"));
    rig.askAbout(0, 100);
    rig.awaitResults(100);
    awaitEntries(100);
    redis.pause();

    for (int i = 1_000; i < 1_200; i++) {
      rig.ask("new-" + i, Rig.request("new-" + i, i));
    }
    for (int i = 0; i < 200; i++) {
      rig.ask("known-" + i, Rig.request("known-" + i, i % 100));
    }
    rig.awaitResults(300);
    assertThat(rig.results)
        .as("the stream goes on while all look-ups wait")
        .hasSize(300)
        .noneMatch(result -> result.path("requestId").asText().startsWith("new-"));

    redis.resume();
    assertThat(rig.answeredExactlyOnce().from("state_store")).isEqualTo(200);
  }

  @Test
  void entries_endAtTheirTime_inBothTiers() throws Exception {
    // long enough for a loaded machine to ask the finder before the end
    Duration ttl = Duration.ofSeconds(15);
    Rig payer = cluster.rig(Behaviour.answer(Duration.ZERO));
    Rig finder = cluster.rig(Behaviour.answer(Duration.ZERO));
    connected(payer, settings("CACHE_TTL", ttl.toSeconds() + "s"));
    connected(finder, settings("CACHE_TTL", "1h"));
    payer.askAbout(0, 1);
    payer.awaitResults(1);
    awaitEntries(1);
    JsonNode value = new ObjectMapper().readTree(redis.text("GET", redis.anyKey()));
    Instant end = Instant.parse(value.path("expiresAt").asText());
    Instant serverEnd = Instant.ofEpochMilli(redis.number("PEXPIRETIME", redis.anyKey()));
    assertThat(Duration.between(end, serverEnd).abs()).isLessThan(Duration.ofSeconds(1));
    finder.askAbout(0, 1);
    finder.awaitResults(1);
    await("a new explanation for both")
        .atMost(Rig.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              askAgain(payer);
              askAgain(finder);
              return isExplainedAnew(payer) && isExplainedAnew(finder);
            });

    assertThat(finder.results.getFirst().path("source").asText()).isEqualTo("redis");
    assertEnd(finder.results, end, Duration.ZERO);
    Instant paid = completed(payer.results.getFirst());
    assertEnd(payer.results, paid.plus(ttl), Duration.ofSeconds(1));
  }

  private static void askAgain(Rig rig) {
    String id = "again-" + rig.ledger.requests();
    rig.ask(id, Rig.request(id, 0));
  }

  private static boolean isExplainedAnew(Rig rig) {
    return rig.results.stream().skip(1).anyMatch(result -> !isFromStore(result));
  }

  private static boolean isFromStore(JsonNode result) {
    return result.path("source").asText().equals("state_store");
  }

  /** All that the store has answered came before the end, and what came next was not before it. */
  private static void assertEnd(List<JsonNode> results, Instant end, Duration tolerance) {
    Instant next =
        results.stream()
            .skip(1)
            .filter(result -> !isFromStore(result))
            .map(RedisIT::completed)
            .min(Instant::compareTo)
            .orElseThrow();
    assertThat(next).isAfterOrEqualTo(end.minus(tolerance));
    assertThat(results)
        .filteredOn(RedisIT::isFromStore)
        .extracting(RedisIT::completed)
        .filteredOn(completed -> completed.isBefore(next))
        .isNotEmpty()
        .allSatisfy(completed -> assertThat(completed).isBefore(end.plus(tolerance)));
  }

  private static Instant completed(JsonNode result) {
    return Instant.parse(result.path("completedAt").asText());
  }
}
