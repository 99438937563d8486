package dev.explanations.worker.cache;

import static dev.explanations.worker.cache.Entries.entry;
import static dev.explanations.worker.cache.Entries.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.fixture.RedisServer;
import dev.explanations.worker.fixture.RedisServers;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.logging.GuideLog;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** Against a Redis that is well. */
class RedisCacheTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String KEY = key("the Calvin cycle");

  private static final RedisServer server = RedisServers.start();
  private static final RedisClient redis = server.client();

  @AutoClose private final RedisCache cache = cache(server.settings(TIMEOUT));

  @AfterAll
  static void stopServer() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    redis.flushAll();
  }

  private static RedisCache cache(Settings.Redis settings) {
    return new RedisCache(settings, 8, Clock.systemUTC());
  }

  private static String redisKey(String cacheKey) {
    return "explanation:" + cacheKey;
  }

  @Test
  void put_isFoundByAnotherWorker() {
    CacheEntry entry = entry("Text 🌱");
    try (RedisCache other = cache(server.settings(TIMEOUT));
        CapturedLog log = new CapturedLog()) {
      assertThat(other.get(KEY)).isEmpty();
      GuideLog.hasLine(log, "Cache miss");

      cache.put(KEY, entry);

      assertThat(other.get(KEY)).contains(entry);
      GuideLog.hasLine(log, "Cache hit");
      assertThat(log.all()).contains("Cache hit key=" + KEY + " tier=redis");
    }
    assertThat(redis.get(redisKey(KEY).getBytes(UTF_8)))
        .isEqualTo(new CacheEntryJson().write(KEY, entry));
  }

  @Test
  void peek_findsTheSame_inNoStatistics() {
    CacheEntry entry = entry("Text");
    assertThat(cache.peek(KEY)).isEmpty();
    cache.put(KEY, entry);
    CacheTierStatistics before = cache.statistics();

    assertThat(cache.peek(KEY)).contains(entry);
    assertThat(cache.statistics()).isEqualTo(before);
    assertThat(before.misses()).isZero();
  }

  @Test
  void put_replacesWhatIsThere_alsoItsTimeToLive() {
    cache.put(KEY, entry("old", "t", Duration.ofMinutes(1)));
    cache.put(KEY, entry("new", "t", Duration.ofHours(2)));

    assertThat(cache.get(KEY).orElseThrow().explanation().text()).isEqualTo("new");
    assertThat(redis.ttl(redisKey(KEY))).isBetween(7100L, 7200L);
  }

  @Test
  void timeToLive_isThatOfTheEntry() {
    for (Duration ttl : List.of(Duration.ofMillis(8_765_432), Duration.ofSeconds(1))) {
      CacheEntry entry = entry("Text", "t", ttl);

      long begin = System.nanoTime();
      cache.put(KEY, entry);
      // what is left is counted from the moment in which Redis hears of it
      long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();

      assertThat(redis.pexpireTime(redisKey(KEY)))
          .isBetween(
              entry.expiresAt().toEpochMilli() - 1, entry.expiresAt().toEpochMilli() + took + 1);
    }
    await().until(() -> !redis.exists(redisKey(KEY)));
    assertThat(cache.get(KEY)).isEmpty();
  }

  @Test
  void expiredEntry_isNotWritten_andIsNotUsedEvenIfRedisStillHasIt() {
    CacheEntry expired = entry("Text", "t", Duration.ofMillis(-1));

    cache.put(KEY, expired);
    assertThat(redis.exists(redisKey(KEY))).isFalse();

    redis.set(redisKey(KEY).getBytes(UTF_8), new CacheEntryJson().write(KEY, expired));
    assertThat(cache.get(KEY)).isEmpty();
    assertThat(cache.statistics().misses()).isEqualTo(1);
  }

  @Test
  void foreignValue_isAMiss_andIsOverwritten() {
    List<Runnable> foreign =
        List.of(
            () -> redis.lpush(redisKey(KEY), "a", "b"),
            () -> redis.hset(redisKey(KEY), "field", "value"),
            () -> redis.set(redisKey(KEY), ""),
            () -> redis.set(redisKey(KEY), "garbage"),
            () -> redis.set(redisKey(KEY), "{\"schemaVersion\":2}"),
            () -> redis.set(redisKey(KEY), "x".repeat(10_000_000)),
            () ->
                redis.set(
                    redisKey(KEY).getBytes(UTF_8),
                    new CacheEntryJson().write(key("other"), entry("Text"))));
    for (Runnable write : foreign) {
      redis.del(redisKey(KEY));
      write.run();
      assertThat(cache.get(KEY)).isEmpty();

      cache.put(KEY, entry("ours"));

      assertThat(cache.get(KEY)).isPresent();
    }
    assertThat(cache.statistics().misses()).isEqualTo(foreign.size());
    assertThat(cache.statistics().errors()).isZero();
    assertThat(cache.health().state()).isEqualTo(State.CONNECTED);
  }

  @Test
  void deleteAll_removesAllOfTheNamespace_andNothingElse() {
    try (var pipeline = redis.pipelined()) {
      for (int i = 0; i < 10_000; i++) {
        byte[] value = new CacheEntryJson().write(key("e" + i), entry("Text"));
        pipeline.set(redisKey(key("e" + i)).getBytes(UTF_8), value, SetParams.setParams().ex(3600));
      }
      for (int i = 0; i < 1_000; i++) {
        pipeline.set("foreign:" + i, "value");
      }
      pipeline.set("explanation", "v");
      pipeline.set("explanations:1", "v");
      pipeline.set("my:explanation:1", "v");
      pipeline.set("Explanation:1", "v");
      pipeline.sync();
    }
    try (RedisCache otherDatabase = cache(settings(3))) {
      otherDatabase.put(KEY, entry("Text"));

      assertThat(cache.deleteAll(_ -> true)).isEqualTo(new SharedCache.Deletion(10_000, true));

      assertThat(otherDatabase.get(KEY)).isPresent();
    }
    assertThat(redis.dbSize()).isEqualTo(1_004);
    assertThat(cache.deleteAll(_ -> true)).isEqualTo(new SharedCache.Deletion(0, true));
  }

  private static Settings.Redis settings(int database) {
    return new Settings.Redis(
        true, "127.0.0.1", server.port(), database, null, null, false, null, TIMEOUT);
  }

  @Test
  void deleteAll_removesThoseThatAreMeant_andNoOthers() {
    for (int i = 0; i < 250; i++) {
      cache.put(key("a" + i), entry("Text " + i, "A", Duration.ofHours(1)));
      cache.put(key("b" + i), entry("Text " + i, "B", Duration.ofHours(1)));
    }
    redis.lpush("explanation:list", "v");
    redis.set("explanation:garbage", key("A"));
    redis.set("explanation:large", "x".repeat(1_000_000));

    assertThat(cache.deleteAll(entry -> entry.hashes().topic().equals(key("A"))))
        .isEqualTo(new SharedCache.Deletion(250, true));

    assertThat(redis.dbSize()).isEqualTo(253);
    assertThat(cache.get(key("a7"))).isEmpty();
    assertThat(cache.get(key("b7"))).isPresent();
  }

  @Test
  void databases_areApart() {
    try (RedisCache third = cache(settings(3))) {
      third.put(KEY, entry("Text"));

      assertThat(cache.get(KEY)).isEmpty();
      assertThat(third.get(KEY)).isPresent();
    }
  }

  @Test
  void statistics_countWhatWasDoneAndSaved() {
    cache.get(KEY);
    cache.put(KEY, entry("Text"));
    cache.get(KEY);
    cache.get(KEY);
    cache.get(key("other"));

    CacheTierStatistics statistics = cache.statistics();
    assertThat(statistics.hits()).isEqualTo(2);
    assertThat(statistics.misses()).isEqualTo(2);
    assertThat(statistics.sets()).isEqualTo(1);
    assertThat(statistics.callsSaved()).isEqualTo(2);
    assertThat(statistics.tokensSaved()).isEqualTo(444);
    assertThat(statistics.skipped() + statistics.errors() + statistics.timeouts()).isZero();
  }

  private static int connectedClients() {
    String line =
        redis
            .info("clients")
            .lines()
            .filter(l -> l.startsWith("connected_clients:"))
            .toList()
            .getFirst();
    return Integer.parseInt(line.substring(line.indexOf(':') + 1));
  }

  @Test
  void manyLookUpsAtOnce_shareFewConnections() throws Exception {
    cache.put(KEY, entry("Text"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Optional<CacheEntry>> lookUp = () -> cache.get(KEY);
      List<Future<Optional<CacheEntry>>> found =
          threads.invokeAll(IntStream.range(0, 500).mapToObj(_ -> lookUp).toList());
      for (Future<Optional<CacheEntry>> each : found) {
        assertThat(each.get()).isPresent();
      }
    }
    // beside that of the test; Redis may not know yet that those of earlier tests are closed
    await().untilAsserted(() -> assertThat(connectedClients()).isBetween(2, 9));
  }

  @Test
  void afterClose_nothingIsFound_andNothingIsThrownOrSaid() {
    cache.put(KEY, entry("Text"));
    try (CapturedLog log = new CapturedLog()) {
      cache.close();

      for (int i = 0; i < 10; i++) {
        assertThat(cache.get(KEY)).isEmpty();
        cache.put(KEY, entry("Text"));
        SharedCache.Deletion none = new SharedCache.Deletion(0, false);
        assertThat(cache.deleteAll(_ -> true)).isEqualTo(none);
      }
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void health_beginsWithTheFirstAnswer() {
    Instant begin = Instant.now();
    assertThat(cache.health().state()).isEqualTo(State.CONNECTING);
    assertThat(cache.health().connected()).isFalse();

    cache.start();

    await().until(() -> cache.health().connected());
    assertThat(cache.health().state()).isEqualTo(State.CONNECTED);
    assertThat(cache.health().lastError()).isNull();
    assertThat(cache.health().since()).isBetween(begin, Instant.now());
    assertThat(cache.statistics().misses()).as("the heartbeat does not count").isZero();
  }
}
