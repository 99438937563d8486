package dev.explanations.worker.cache;

import dev.explanations.worker.cache.RedisLink.Reply;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.settings.Settings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/**
 * The cache in Redis. A look-up takes {@code REDIS_TIMEOUT} at most, and none while Redis is away;
 * once back, Redis is used again within seconds. Keys are {@code explanation:} and the cache key;
 * values are described by {@code schemas/cached-explanation.schema.json}.
 */
public final class RedisCache implements SharedCache, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisCache.class);
  private static final byte[] NOTHING = {};

  private final RedisLink link;
  private final RedisScan scan;
  private final Clock clock;
  private final CacheEntryJson json = new CacheEntryJson();
  private final TierCounters counters = new TierCounters();

  /** {@code lookUps} is how many are to be expected at the same time. */
  public RedisCache(Settings.Redis settings, int lookUps, Clock clock) {
    this.link = new RedisLink(settings, lookUps, clock);
    this.scan = new RedisScan(link);
    this.clock = clock;
  }

  /** Starts the heartbeat; Redis need not be reachable. Does not block. */
  public void start() {
    link.start();
  }

  /** State of Redis as last seen, at most some seconds ago. Does not block. */
  public CacheTierHealth health() {
    return link.health();
  }

  /** Circuit breaker, for metrics to read. */
  public CircuitBreaker resilience4j() {
    return link.resilience4j();
  }

  public CacheTierStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public boolean isAvailable() {
    return health().connected();
  }

  @Override
  public Optional<CacheEntry> get(String cacheKey) {
    return get(cacheKey, counters);
  }

  @Override
  public Optional<CacheEntry> peek(String cacheKey) {
    return get(cacheKey, new TierCounters());
  }

  private Optional<CacheEntry> get(String cacheKey, TierCounters counters) {
    return switch (link.read(redis -> value(redis, cacheKey))) {
      case Reply.Success<byte[]>(byte[] bytes) -> found(cacheKey, bytes, counters);
      case Reply.Failure<byte[]>(boolean timeout) -> {
        counters.failed(timeout);
        yield Optional.empty();
      }
      case Reply.NotAsked<byte[]> _ -> {
        counters.skipped.increment();
        yield Optional.empty();
      }
    };
  }

  /** Reads one byte more than the largest entry has: enough to tell a foreign value. */
  private static byte[] value(RedisClient redis, String cacheKey) {
    try {
      return redis.getrange(RedisKeys.of(cacheKey), 0, RedisKeys.READ_TO);
    } catch (JedisDataException e) {
      if (RedisErrors.isOfForeignType(e)) {
        return NOTHING;
      }
      throw e;
    }
  }

  private Optional<CacheEntry> found(String cacheKey, byte[] bytes, TierCounters counters) {
    Optional<CacheEntry> entry =
        json.read(cacheKey, bytes).filter(it -> it.expiresAt().isAfter(clock.instant()));
    entry.ifPresentOrElse(it -> counters.hit(it.explanation().usage()), counters.misses::increment);
    log.atDebug()
        .addKeyValue("key", cacheKey)
        .addKeyValue("tier", "redis")
        .log(entry.isPresent() ? "Cache hit" : "Cache miss");
    return entry;
  }

  @Override
  public void put(String cacheKey, CacheEntry entry) {
    byte[] value = json.write(cacheKey, entry);
    long millis = Duration.between(clock.instant(), entry.expiresAt()).toMillis();
    if (millis > 0 && value.length <= CacheEntryJson.MAX_BYTES) {
      SetParams params = SetParams.setParams().px(millis);
      if (counted(link.write(redis -> redis.set(RedisKeys.of(cacheKey), value, params)))) {
        counters.sets.increment();
      }
    }
  }

  private boolean counted(Reply<?> reply) {
    if (reply instanceof Reply.Failure<?>(boolean timeout)) {
      counters.failed(timeout);
    }
    return reply instanceof Reply.Success;
  }

  @Override
  public Deletion deleteAll(Predicate<CacheEntry> those) {
    return scan.deleteIf((key, value) -> isOneOf(those, key, value));
  }

  private boolean isOneOf(Predicate<CacheEntry> those, byte[] key, byte[] value) {
    return json.read(RedisKeys.cacheKey(key), value).filter(those).isPresent();
  }

  /** Later look-ups find nothing. */
  @Override
  public void close() {
    link.close();
  }
}
