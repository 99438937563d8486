package dev.explanations.worker.cache;

import static dev.explanations.worker.cache.Entries.entry;
import static dev.explanations.worker.cache.Entries.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.settings.Secret;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not behave as a Redis in health does. */
class BrokenRedisTest {

  private static final Duration TIMEOUT = Duration.ofMillis(200);

  /** A loaded machine takes its time; what does not give up would take for ever. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY = key("the Calvin cycle");

  @AutoClose private final CapturedLog log = new CapturedLog();

  /** For servers that let their clients wait. */
  private static RedisCache started(FakeRedis server) {
    return started(server, TIMEOUT);
  }

  /** For servers that answer at once: on a loaded machine none is taken for one that does not. */
  private static RedisCache patient(FakeRedis server) {
    return started(server, MARGIN);
  }

  private static RedisCache started(FakeRedis server, Duration timeout) {
    RedisCache cache =
        new RedisCache(server.settings(timeout, new Secret("s3cret-word")), 16, Clock.systemUTC());
    cache.start();
    return cache;
  }

  /** Whatever the server does: no exception, no long wait, and after a while it is left alone. */
  private void assertLeftAlone(RedisCache cache, String error) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              long begin = System.nanoTime();
              assertThat(cache.get(KEY)).isEmpty();
              cache.put(KEY, entry("Text"));
              assertThat(Duration.ofNanos(System.nanoTime() - begin))
                  .isLessThan(TIMEOUT.multipliedBy(2).plus(MARGIN));
              return cache.health().state() == State.LOST;
            });
    assertThat(cache.health().lastError()).contains(error);
    assertThat(log.awaitLines(1))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("WARN Redis is not there: "));
    assertThat(log.lines().toString()).doesNotContain("s3cret");
  }

  /** While it is left alone, it is asked whether it is better, and nobody else waits for that. */
  private void assertProbed(RedisCache cache, FakeRedis server) {
    int connections = server.acceptedConnections();
    long skipped = cache.statistics().skipped();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              cache.get(KEY);
              return server.acceptedConnections() > connections;
            });
    assertThat(cache.statistics().skipped()).isGreaterThan(skipped);
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void silence() {
    try (FakeRedis server = new FakeRedis((in, _) -> in.readAllBytes());
        RedisCache cache = started(server)) {
      assertLeftAlone(cache, "no answer in time");
      assertProbed(cache, server);
      await().atMost(PATIENCE).until(() -> server.openConnections() <= 1);
    }
  }

  @Test
  void silence_isEndedByAnInterrupt_whichSaysNothingOfRedis() throws InterruptedException {
    try (FakeRedis server = new FakeRedis((in, _) -> in.readAllBytes());
        RedisCache cache = new RedisCache(server.settings(PATIENCE, null), 16, Clock.systemUTC())) {
      for (int i = 1; i <= 5; i++) {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread thread =
            Thread.startVirtualThread(
                () -> {
                  assertThat(cache.get(KEY)).isEmpty();
                  stillInterrupted.set(Thread.currentThread().isInterrupted());
                });
        int connections = i;
        await().atMost(PATIENCE).until(() -> server.acceptedConnections() == connections);
        thread.interrupt();
        assertThat(thread.join(PATIENCE.dividedBy(2))).isTrue();
        assertThat(stillInterrupted).isTrue();
      }
      assertThat(cache.statistics().errors() + cache.statistics().timeouts()).isZero();
      assertThat(cache.health().state()).isEqualTo(State.CONNECTING);
      await().atMost(PATIENCE).until(() -> server.openConnections() == 0);
    }
  }

  @Test
  void anAnswerOfWhichThereIsNoEnd() {
    try (FakeRedis server =
            new FakeRedis(
                (_, out) -> {
                  out.write("$20000000\r\n".getBytes(UTF_8));
                  while (true) {
                    out.write('x');
                    out.flush();
                    Thread.sleep(10);
                  }
                });
        RedisCache cache = started(server)) {
      assertLeftAlone(cache, "no answer in time");
      await().atMost(PATIENCE).until(() -> VirtualThreads.named("redis-call") <= 4);
      assertThat(server.openConnections()).isLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        ":1\r\n",
        "+OK\r\n",
        "*1\r\n:1\r\n",
        "$-7\r\n",
        "*2147483647\r\n",
        "$2147483647\r\n",
        "$-1\r\n",
        "\r\n\r\n"
      })
  void nonsense(String answer) {
    try (FakeRedis server = FakeRedis.answering(_ -> answer);
        RedisCache cache = started(server)) {
      assertLeftAlone(cache, "");
      await().atMost(PATIENCE).until(() -> server.openConnections() <= 1);
    }
  }

  @Test
  void noise() {
    Random random = new Random(7);
    try (FakeRedis server =
            new FakeRedis(
                (_, out) -> {
                  byte[] bytes = new byte[4096];
                  while (true) {
                    random.nextBytes(bytes);
                    out.write(bytes);
                  }
                });
        RedisCache cache = started(server)) {
      assertLeftAlone(cache, "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-LOADING Redis is loading the dataset in memory\r\n",
        "-NOAUTH Authentication required.\r\n",
        "-MASTERDOWN Link with MASTER is down\r\n",
        "-BUSY Redis is busy running a script.\r\n",
        "-MOVED 3999 127.0.0.1:6381\r\n",
        "-NOPERM this user has no permissions to run the 'getrange' command\r\n",
        "-ERR unknown command\r\n"
      })
  void errorToEverything(String answer) {
    try (FakeRedis server = FakeRedis.alwaysSaying(answer);
        RedisCache cache = patient(server)) {
      assertLeftAlone(cache, answer.substring(1).strip());
    }
  }

  @Test
  void errorThatRepeatsThePassword() {
    try (FakeRedis server =
            FakeRedis.answering(command -> "-ERR unknown command, with args " + command + "\r\n");
        RedisCache cache = patient(server)) {
      assertLeftAlone(cache, "AUTH, default, ******");
      assertThat(cache.health().toString()).doesNotContain("s3cret");
    }
  }

  @Test
  void errorToLookUps_isNotMendedByHeartbeats() {
    try (FakeRedis server =
            FakeRedis.answering(
                command ->
                    switch (command.getFirst()) {
                      case "HELLO" -> FakeRedis.HELLO;
                      case "GETRANGE" -> "-ERR no\r\n";
                      default -> "+OK\r\n";
                    });
        RedisCache cache = patient(server)) {
      assertThat(cache.get(KEY)).isEmpty();
      // lets it become connected by a write, which is why there are two lines
      cache.put(KEY, entry("Text"));
      await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
      await()
          .during(Duration.ofSeconds(5))
          .atMost(PATIENCE)
          .until(() -> cache.health().state() == State.LOST);
      log.awaitLines(2);
    }
  }

  @Test
  void oneFailureAmongMany_changesNothing() {
    AtomicInteger commands = new AtomicInteger();
    try (FakeRedis server =
            FakeRedis.answering(
                command ->
                    command.getFirst().equals("HELLO")
                        ? FakeRedis.HELLO
                        : commands.incrementAndGet() % 10 == 0
                            ? "-ERR now and then\r\n"
                            : "$0\r\n\r\n");
        RedisCache cache = patient(server)) {
      for (int i = 0; i < 300; i++) {
        assertThat(cache.get(KEY)).isEmpty();
      }
      assertThat(cache.statistics().errors()).isBetween(20L, 30L);
      assertThat(cache.statistics().misses()).isGreaterThanOrEqualTo(270);
      assertThat(cache.health().state()).isEqualTo(State.CONNECTED);
      assertThat(log.lines()).hasSize(1);
    }
  }
}
