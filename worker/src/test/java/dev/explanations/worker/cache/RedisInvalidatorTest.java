package dev.explanations.worker.cache;

import static dev.explanations.worker.cache.Entries.entry;
import static dev.explanations.worker.cache.Entries.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.fixture.RedisServer;
import dev.explanations.worker.fixture.RedisServers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class RedisInvalidatorTest {

  private static final RedisServer server = RedisServers.start();

  private final RedisCache cache =
      new RedisCache(server.settings(Duration.ofSeconds(2)), 8, Clock.systemUTC());
  private final RedisClient redis = server.client();
  private volatile CacheState cacheState = CacheStates.EMPTY;
  private final RedisInvalidator voidEntries = new RedisInvalidator(cache, () -> cacheState);
  private long offset;

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void start() {
    server.tell("FLUSHALL");
    cache.start();
  }

  @AfterEach
  void stop() {
    voidEntries.close();
    cache.close();
    redis.close();
  }

  private void order(Command command) {
    cacheState = CacheStates.after(cacheState, ++offset, Instant.now(), command);
    voidEntries.deleteAfter(command);
  }

  private static CacheEntry called(String topic, Instant at) {
    return called("Text", topic, at);
  }

  /** Of a question that has the text's name. */
  private static CacheEntry called(String text, String topic, Instant at) {
    CacheEntry any = entry(text, topic, Duration.ofHours(1));
    return new CacheEntry(any.explanation(), any.hashes(), at, any.expiresAt());
  }

  @Test
  void afterAClear_entriesOfEarlierCallsGo_andLaterOnesStay() {
    Instant now = Instant.now();
    for (int i = 0; i < 250; i++) {
      cache.put(key("old" + i), called("Biology", now.minusSeconds(60)));
      cache.put(key("new" + i), called("Biology", now.plusSeconds(60)));
    }
    order(new ClearCache());

    await().until(() -> cache.get(key("old249")).isEmpty() && cache.get(key("old0")).isEmpty());
    await().untilAsserted(() -> assertThat(redis.dbSize()).isEqualTo(250));
    assertThat(cache.get(key("new7"))).isPresent();
  }

  @Test
  void afterAnInvalidation_onlyThatGoes() {
    Instant before = Instant.now().minusSeconds(60);
    cache.put(key("a"), called("CO", "Biology", before));
    cache.put(key("a, another case"), called("CO", "Biology", before));
    cache.put(key("b"), called("Cells", "Biology", before));
    cache.put(key("c"), called("Physics", before));

    order(new Pause());
    order(new InvalidateCache(new Target(Kind.EXPLANATION, key("CO"))));
    await()
        .until(() -> cache.get(key("a")).isEmpty() && cache.get(key("a, another case")).isEmpty());
    assertThat(cache.get(key("b"))).isPresent();

    order(new InvalidateCache(new Target(Kind.TOPIC, key("Biology"))));
    await().until(() -> cache.get(key("b")).isEmpty());
    assertThat(cache.get(key("c"))).isPresent();
  }
}
