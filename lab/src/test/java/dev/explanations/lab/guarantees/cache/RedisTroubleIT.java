package dev.explanations.lab.guarantees.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.RedisFixture;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.redis.RedisTrouble;
import dev.explanations.lab.redis.RedisTroubles;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis that is of no use at the start, and well later. */
@Order(1)
class RedisTroubleIT {

  private static final int REQUESTS = 300;

  @RegisterExtension static final Cluster cluster = new Cluster();

  /** What health says of it, in words of Redis, of the system or of the client. */
  private static Predicate<String> says(RedisTrouble trouble) {
    String words = words(trouble);
    return error -> !error.isEmpty() && error.contains(words);
  }

  private static String words(RedisTrouble trouble) {
    return switch (trouble) {
      case KILLED, GARBAGE -> "";
      case SILENT -> "no answer in time";
      case PASSWORD -> "WRONGPASS";
      case OOM -> "OOM command not allowed";
      case LOADING -> "LOADING";
    };
  }

  @ParameterizedTest
  @EnumSource
  void everythingIsAnswered_healthSaysWhatIsWrong_andItIsUsedWhenItIsWell(RedisTrouble trouble)
      throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    RedisFixture fixture = RedisFixture.start("--requirepass", RedisTroubles.PASSWORD);
    try (RedisTroubles redis = new RedisTroubles(fixture)) {
      redis.begin(trouble);
      Worker worker =
          rig.start(
              "w1",
              RedisFixture.settings(redis.port(trouble), "REDIS_PASSWORD", RedisTroubles.PASSWORD));
      Health health = new Health(worker.httpPort());
      rig.askAbout(0, REQUESTS);

      Tally tally = rig.answeredExactlyOnce();

      assertThat(tally.from("gemini")).isEqualTo(REQUESTS);
      assertThat(rig.gemini.statistics().calls()).isEqualTo(REQUESTS);
      health.awaitCache("degraded");
      assertThat(health.status()).isEqualTo(200);
      // all may be answered before the first command to Redis has come to its timeout
      await("what is wrong").atMost(Rig.PATIENCE).until(health::cacheError, says(trouble));
      assertThat(health.body().toString()).doesNotContain("s3cret");

      redis.end(trouble);
      await("used, as new explanations come")
          .atMost(Rig.PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                int next = Math.toIntExact(rig.ledger.requests());
                rig.askAbout(next, next + 1);
                return redis.entries() > 0;
              });
      health.awaitCache("healthy");
      rig.answeredExactlyOnce();
      assertThat(worker.stop()).isZero();
    }
  }
}
