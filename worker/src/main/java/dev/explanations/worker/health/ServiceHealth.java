package dev.explanations.worker.health;

import dev.explanations.worker.cache.CacheTierHealth;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Health of one service.
 *
 * @param details fields beside {@code status} in the health report, in this order; without secrets,
 *     since anyone may read them
 */
public record ServiceHealth(Status status, Map<String, @Nullable Object> details) {
  public ServiceHealth {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /**
   * Health of the cache without Redis.
   *
   * @param open whether the state stores are there
   */
  public static ServiceHealth ofStateStore(boolean open) {
    return new ServiceHealth(Status.HEALTHY, Fields.of("type", "state_store", "connected", open));
  }

  /** Health of the cache in Redis: degraded unless it is read and written. */
  public static ServiceHealth ofRedis(CacheTierHealth redis) {
    Fields details = Fields.of("type", "redis", "connected", redis.connected());
    if (redis.lastError() != null) {
      details.put("error", redis.lastError());
    }
    boolean whole = redis.state() == CacheTierHealth.State.CONNECTED;
    return new ServiceHealth(whole ? Status.HEALTHY : Status.DEGRADED, details);
  }
}
