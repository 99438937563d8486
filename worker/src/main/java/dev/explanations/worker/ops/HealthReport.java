package dev.explanations.worker.ops;

import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.settings.Settings.Environment;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The health of the worker, put together from that of its services; the worst of them is its own.
 * Thread-safe, and as quick as the checks it asks.
 */
public final class HealthReport {
  private final Environment environment;
  private final Clock clock;
  private final HealthCheck cache;
  private final CircuitBreakers circuitBreakers;
  private final Supplier<GeminiView> googleAi;
  private final Supplier<StreamsView> streams;

  /**
   * None of the suppliers may wait; the same is asked of them as of a {@link HealthCheck}.
   *
   * @param cache details {@code type} ({@code state_store} or {@code redis}) and {@code connected};
   *     counts as {@code degraded} at worst, since the worker works without a cache
   */
  public HealthReport(
      Environment environment,
      Clock clock,
      HealthCheck cache,
      CircuitBreakers circuitBreakers,
      Supplier<GeminiView> googleAi,
      Supplier<StreamsView> streams) {
    this.environment = environment;
    this.clock = clock;
    this.cache = cache;
    this.circuitBreakers = circuitBreakers;
    this.googleAi = googleAi;
    this.streams = streams;
  }

  /**
   * A report.
   *
   * @param body the JSON of {@code GET /api/health}
   */
  record Report(Status status, Map<String, @Nullable Object> body) {}

  Report make() {
    ServiceHealth cacheHealth = atWorst(Status.DEGRADED, guarded(cache));
    ServiceHealth breakers = guarded(this::breakers);
    ServiceHealth google = guarded(() -> googleAi.get().health());
    ServiceHealth stream = stream();

    Fields services =
        Fields.of(
            "cache", withStatus(cacheHealth),
            // by name, as the breakers' users know it, so without a status of their own
            "circuit_breakers", breakers.details(),
            "google_ai", withStatus(google),
            "kafka_streams", withStatus(stream));

    Status worst =
        cacheHealth.status().worse(breakers.status()).worse(google.status()).worse(stream.status());
    Fields body =
        Fields.of(
            "status", Json.wireName(worst),
            "timestamp", clock.instant().toString(),
            "environment", Json.wireName(environment),
            "services", services);
    return new Report(worst, body);
  }

  /**
   * The health of one service.
   *
   * @param service as the report names it
   */
  public Status status(String service) {
    return switch (service) {
      case "cache" -> atWorst(Status.DEGRADED, guarded(cache)).status();
      case "circuit_breakers" -> guarded(this::breakers).status();
      case "google_ai" -> guarded(() -> googleAi.get().health()).status();
      case "kafka_streams" -> stream().status();
      default -> throw new IllegalArgumentException(service);
    };
  }

  /** The stream alone: readiness depends on nothing else. */
  ServiceHealth stream() {
    return guarded(() -> streams.get().health());
  }

  boolean ready() {
    try {
      return streams.get().running();
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  private ServiceHealth breakers() {
    List<BreakerStatus> all = circuitBreakers.all();
    boolean open = all.stream().anyMatch(breaker -> breaker.state() == BreakerStatus.State.OPEN);
    return new ServiceHealth(open ? Status.DEGRADED : Status.HEALTHY, BreakerJson.byName(all));
  }

  /** The message of an exception may hold anything, so only its class is told. */
  private static ServiceHealth guarded(HealthCheck check) {
    try {
      return check.check();
    } catch (RuntimeException | Error e) {
      return new ServiceHealth(Status.UNHEALTHY, Map.of("error", e.getClass().getSimpleName()));
    }
  }

  private static ServiceHealth atWorst(Status limit, ServiceHealth health) {
    return health.status().compareTo(limit) <= 0
        ? health
        : new ServiceHealth(limit, health.details());
  }

  private static Map<String, @Nullable Object> withStatus(ServiceHealth health) {
    Fields json = Fields.of("status", Json.wireName(health.status()));
    json.putAll(health.details());
    return json;
  }
}
