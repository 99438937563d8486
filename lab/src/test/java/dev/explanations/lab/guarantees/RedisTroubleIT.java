package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis that is there and of no use. */
class RedisTroubleIT {

  private static final int REQUESTS = 300;

  @RegisterExtension static final Cluster cluster = new Cluster();

  enum Trouble {
    SILENT("no answer in time"),
    GARBAGE(""),
    WRONG_PASSWORD("WRONGPASS"),
    OUT_OF_MEMORY("OOM command not allowed"),
    LOADING("LOADING");

    /** What health says of it. */
    final String error;

    Trouble(String error) {
      this.error = error;
    }

    Server start() throws Exception {
      return switch (this) {
        case SILENT -> {
          RedisFixture redis = RedisFixture.start();
          redis.pause();
          yield new Server(redis.port(), redis::close);
        }
        case GARBAGE -> odd("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        case WRONG_PASSWORD -> real("--requirepass", "another");
        case OUT_OF_MEMORY -> real("--maxmemory", "1", "--maxmemory-policy", "noeviction");
        case LOADING -> odd("-LOADING Redis is loading the dataset in memory\r\n");
      };
    }

    private static Server real(String... arguments) throws Exception {
      RedisFixture redis = RedisFixture.start(arguments);
      return new Server(redis.port(), redis::close);
    }

    private static Server odd(String answer) {
      OddRedis redis = new OddRedis(answer);
      return new Server(redis.port(), redis::close);
    }
  }

  record Server(int port, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everythingIsAnswered_andHealthSaysWhatIsWrong(Trouble trouble) throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    try (Server redis = trouble.start()) {
      Worker worker =
          rig.start("w1", RedisFixture.settings(redis.port(), "REDIS_PASSWORD", "s3cret-word"));
      Health health = new Health(worker.httpPort());
      rig.askAbout(0, REQUESTS);

      Tally tally = rig.answeredExactlyOnce();

      assertThat(tally.from("gemini")).isEqualTo(REQUESTS);
      assertThat(rig.gemini.statistics().calls()).isEqualTo(REQUESTS);
      health.awaitCache("degraded");
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.body().path("services").path("cache").path("error").asText())
          .contains(trouble.error)
          .doesNotContain("s3cret");
      assertThat(worker.stop()).isZero();
    }
  }
}
