package dev.explanations.worker.cache;

import static dev.explanations.worker.cache.Entries.entry;
import static dev.explanations.worker.cache.Entries.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.fixture.RedisServer;
import dev.explanations.worker.fixture.RedisServers;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** A real Redis that goes and comes back. */
class RedisOutageTest {

  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** A loaded machine takes its time; what does not give up would take for ever. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY = key("the Calvin cycle");

  @AutoClose private final CapturedLog log = new CapturedLog();

  private static RedisCache started(Settings.Redis settings) {
    RedisCache cache = new RedisCache(settings, 64, Clock.systemUTC());
    cache.start();
    return cache;
  }

  private static void awaitState(RedisCache cache, State state, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(cache.health().state()).isEqualTo(state));
  }

  private static Duration timed(Runnable action) {
    long begin = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static void awaitFound(RedisCache cache, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              cache.put(KEY, entry("Text"));
              return cache.get(KEY).isPresent();
            });
  }

  @Test
  void absentAtTheStart_isNoObstacle_andIsUsedWhenItComes() {
    int port = RedisServers.freePort();
    Settings.Redis settings =
        new Settings.Redis(true, "127.0.0.1", port, 0, null, null, false, null, TIMEOUT);
    try (RedisCache cache = started(settings)) {
      assertThat(timed(() -> assertThat(cache.get(KEY)).isEmpty()))
          .isLessThan(TIMEOUT.plus(MARGIN));
      awaitState(cache, State.LOST, PATIENCE);
      assertThat(cache.health().lastError()).isEqualTo("ConnectException: Connection refused");

      try (RedisServer _ = RedisServers.startOn(port)) {
        awaitState(cache, State.CONNECTED, PATIENCE);
        awaitFound(cache, PATIENCE);
      }
      assertThat(log.lines())
          .startsWith(
              "WARN Redis is not there: the worker goes on without it host=127.0.0.1 port=%d"
                      .formatted(port)
                  + " error=ConnectException: Connection refused",
              "INFO Redis cache initialized successfully host=127.0.0.1 port=" + port);
    }
  }

  @Test
  void killedUnderLoad_costsNoneMoreThanItsTimeout_andIsUsedAgainAfterARestart() {
    try (RedisServer server = RedisServers.start();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitFound(cache, PATIENCE);

      server.kill();
      await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                assertThat(timed(() -> cache.get(KEY))).isLessThan(TIMEOUT.plus(MARGIN));
                return cache.health().state() == State.LOST;
              });
      long skipped = cache.statistics().skipped();
      assertThat(cache.get(KEY)).isEmpty();
      assertThat(cache.statistics().skipped()).as("at once").isGreaterThan(skipped);

      server.restart();
      awaitFound(cache, PATIENCE);

      assertThat(log.awaitLines(3))
          .satisfiesExactly(
              line -> assertThat(line).startsWith("INFO Redis cache initialized successfully "),
              line -> assertThat(line).startsWith("WARN Redis is lost: "),
              line -> assertThat(line).startsWith("INFO Redis is back "));
    }
  }

  @Test
  void killedWithoutLoad_isNoticed_andSoIsItsReturn() {
    try (RedisServer server = RedisServers.start();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitState(cache, State.CONNECTED, PATIENCE);
      server.kill();
      awaitState(cache, State.LOST, PATIENCE);
      server.restart();
      awaitState(cache, State.CONNECTED, PATIENCE);
      log.awaitLines(3);
    }
  }

  @Test
  void restartedInAMoment_costsNoMiss_thoughAllConnectionsAreDead() throws Exception {
    try (RedisServer server = RedisServers.start("--appendonly", "yes", "--appendfsync", "always");
        // without heartbeats, which would mend the pool
        RedisCache cache =
            new RedisCache(server.settings(Duration.ofSeconds(5)), 64, Clock.systemUTC())) {
      cache.put(KEY, entry("Text"));
      lookUpAtOnce(cache, 200);
      assertThat(cache.statistics().hits()).isEqualTo(200);

      server.kill();
      server.restart();
      lookUpAtOnce(cache, 200);

      assertThat(cache.statistics().hits()).isEqualTo(400);
      assertThat(cache.statistics().errors()).isZero();
    }
  }

  private static void lookUpAtOnce(RedisCache cache, int lookUps) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Duration> lookUp = () -> timed(() -> cache.get(KEY));
      for (Future<Duration> each :
          threads.invokeAll(IntStream.range(0, lookUps).mapToObj(_ -> lookUp).toList())) {
        assertThat(each.get()).isLessThan(TIMEOUT.plus(MARGIN));
      }
    }
  }

  @Test
  void stalled_costsOneTimeout_andNothingPilesUp() throws Exception {
    try (RedisServer server = RedisServers.start();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitFound(cache, PATIENCE);

      server.pause();
      assertThat(timed(() -> lookUpAtOnceUnchecked(cache, 200)))
          .isLessThan(TIMEOUT.plus(MARGIN).plus(MARGIN));
      assertThat(cache.statistics().timeouts()).isGreaterThan(5);
      assertThat(cache.health().state()).isEqualTo(State.LOST);
      long timeouts = cache.statistics().timeouts();
      assertThat(timed(() -> lookUpAtOnceUnchecked(cache, 10_000))).isLessThan(PATIENCE);
      assertThat(cache.statistics().timeouts()).as("nobody is asked").isEqualTo(timeouts);
      assertThat(cache.statistics().skipped()).isGreaterThanOrEqualTo(10_000);
      await().atMost(PATIENCE).until(() -> VirtualThreads.named("redis-call") <= 2);

      server.resume();
      awaitFound(cache, PATIENCE);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(server.tell("CLIENT", "LIST").lines().count()).isLessThan(10));
      log.awaitLines(3);
    }
  }

  private static void lookUpAtOnceUnchecked(RedisCache cache, int lookUps) {
    try {
      lookUpAtOnce(cache, lookUps);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void lostDuringADeletion_endsItUnfinished() {
    try (RedisServer server = RedisServers.start();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitFound(cache, PATIENCE);
      server.kill();

      SharedCache.Deletion none = new SharedCache.Deletion(0, false);
      assertThat(cache.deleteAll(_ -> true)).isEqualTo(none);
    }
  }

  @Test
  void full_refusesToWrite_butIsStillRead() throws Exception {
    try (RedisServer server = RedisServers.start("--maxmemory-policy", "noeviction");
        RedisClient redis = server.client();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitFound(cache, PATIENCE);
      // full whatever the version itself takes: Redis 8 is below 1 MB
      redis.configSet("maxmemory", "1");

      for (int i = 0; i < 50; i++) {
        cache.put(key("new" + i), entry("Text"));
        assertThat(cache.get(KEY)).isPresent();
      }

      assertThat(cache.health().state()).isEqualTo(State.READ_ONLY);
      assertThat(cache.health().connected()).isTrue();
      assertThat(cache.health().lastError()).startsWith("OOM command not allowed");
      assertThat(cache.statistics().errors()).isEqualTo(50);

      redis.configSet("maxmemory", "0");
      cache.put(key("new"), entry("Text"));
      assertThat(cache.get(key("new"))).isPresent();
      assertThat(log.lines())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("INFO Redis cache initialized successfully "),
              line -> assertThat(line).startsWith("WARN Redis refuses to write "));
    }
  }

  @Test
  void fullFromTheStart_isNoticed_beforeAnybodyWrites_andWheneverItIsBack() {
    try (RedisServer server =
            RedisServers.start("--maxmemory", "1", "--maxmemory-policy", "noeviction");
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitState(cache, State.READ_ONLY, PATIENCE);
      server.kill();
      awaitState(cache, State.LOST, PATIENCE);
      server.restart();
      awaitState(cache, State.READ_ONLY, PATIENCE);
    }
  }

  @Test
  void replica_isRead_andRefusesToWrite() {
    try (RedisServer server = RedisServers.start();
        RedisCache cache = started(server.settings(TIMEOUT))) {
      awaitFound(cache, PATIENCE);
      server.tell("REPLICAOF", "127.0.0.1", String.valueOf(RedisServers.freePort()));

      cache.put(key("new"), entry("Text"));

      assertThat(cache.get(KEY)).isPresent();
      assertThat(cache.health().state()).isEqualTo(State.READ_ONLY);
      assertThat(cache.health().lastError()).startsWith("READONLY ");
      assertThat(log.lines()).hasSize(2);
    }
  }
}
