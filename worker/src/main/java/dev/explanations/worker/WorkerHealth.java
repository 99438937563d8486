package dev.explanations.worker;

import dev.explanations.worker.cache.CacheTierHealth;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.ops.HealthReport;
import dev.explanations.worker.ops.ServiceHealth;
import dev.explanations.worker.ops.Status;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the health report is put together from. */
final class WorkerHealth {

  private final @Nullable RedisCache redis;
  private final WorkerReadings readings;

  private WorkerHealth(@Nullable RedisCache redis, WorkerReadings readings) {
    this.redis = redis;
    this.readings = readings;
  }

  static HealthReport report(
      Settings settings,
      @Nullable RedisCache redis,
      WorkerBreakers breakers,
      WorkerModels models,
      WorkerReadings readings,
      Clock clock) {
    int maxPending = settings.requests().maxPending();
    return new HealthReport(
        settings.environment(),
        clock,
        new WorkerHealth(redis, readings)::cache,
        breakers,
        models::view,
        () -> readings.streamsView(maxPending));
  }

  /** Redis if there is one, else the state stores, which are there with the stream. */
  private ServiceHealth cache() {
    return redis == null
        ? new ServiceHealth(
            Status.HEALTHY, Map.of("type", "state_store", "connected", readings.hasStream()))
        : redisHealth(redis.health());
  }

  private static ServiceHealth redisHealth(CacheTierHealth redis) {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.put("type", "redis");
    details.put("connected", redis.connected());
    if (redis.lastError() != null) {
      details.put("error", redis.lastError());
    }
    boolean whole = redis.state() == CacheTierHealth.State.CONNECTED;
    return new ServiceHealth(whole ? Status.HEALTHY : Status.DEGRADED, details);
  }
}
