package dev.explanations.worker.health;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.settings.Settings.Environment;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The health of the worker, put together from that of its services; the worst of them is its own.
 * Thread-safe, and as quick as the checks it asks.
 */
public final class HealthReport {
  private static final String CACHE = "cache";
  private static final String BREAKERS = "circuit_breakers";
  private static final String GEMINI = "google_ai";
  private static final String STREAMS = "kafka_streams";

  /** As the report names and orders them. */
  public static final List<String> SERVICES = List.of(CACHE, BREAKERS, GEMINI, STREAMS);

  private final Environment environment;
  private final Clock clock;
  private final Supplier<ServiceHealth> cache;
  private final Supplier<List<BreakerStatus>> circuitBreakers;
  private final String model;
  private final Supplier<Optional<ModelHealth.Trouble>> trouble;
  private final Supplier<StreamsView> streams;

  /**
   * Suppliers are called by several HTTP threads at once. They never wait, neither for a service
   * nor for a lock that is held for long. An exception counts as bad health; only its class is
   * shown.
   *
   * @param cache details {@code type} ({@code state_store} or {@code redis}) and {@code connected};
   *     counts as {@code degraded} at worst, since the worker works without a cache
   * @param model the preferred model's name
   * @param trouble of that model; for anyone to read, so without secrets
   */
  public HealthReport(
      Environment environment,
      Clock clock,
      Supplier<ServiceHealth> cache,
      Supplier<List<BreakerStatus>> circuitBreakers,
      String model,
      Supplier<Optional<ModelHealth.Trouble>> trouble,
      Supplier<StreamsView> streams) {
    this.environment = environment;
    this.clock = clock;
    this.cache = cache;
    this.circuitBreakers = circuitBreakers;
    this.model = model;
    this.trouble = trouble;
    this.streams = streams;
  }

  /**
   * @param body the JSON of {@code GET /api/health}
   */
  public record Report(Status status, Map<String, @Nullable Object> body) {}

  public Report make() {
    Fields services = new Fields();
    Status worst = Status.HEALTHY;
    for (String service : SERVICES) {
      ServiceHealth health = health(service);
      worst = worst.worse(health.status());
      Fields json = new Fields();
      // breakers are there by name, as their users know them, so without a status of their own
      if (!service.equals(BREAKERS)) {
        json.put("status", health.status());
      }
      json.putAll(health.details());
      services.put(service, json);
    }
    Fields body =
        Fields.of(
            "status", worst,
            "timestamp", clock.instant(),
            "environment", environment,
            "services", services);
    return new Report(worst, body);
  }

  /**
   * @param service one of {@link #SERVICES}
   */
  public Status status(String service) {
    return health(service).status();
  }

  private ServiceHealth health(String service) {
    return switch (service) {
      case CACHE -> atWorst(Status.DEGRADED, guarded(cache));
      case BREAKERS -> guarded(this::breakers);
      case GEMINI -> guarded(this::gemini);
      case STREAMS -> stream();
      default -> throw new IllegalArgumentException(service);
    };
  }

  /** The stream alone: readiness depends on nothing else. */
  public ServiceHealth stream() {
    return guarded(() -> streams.get().health());
  }

  public boolean ready() {
    try {
      return streams.get().running();
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  private ServiceHealth breakers() {
    List<BreakerStatus> all = circuitBreakers.get();
    boolean open = all.stream().anyMatch(breaker -> breaker.state() == BreakerStatus.State.OPEN);
    return new ServiceHealth(open ? Status.DEGRADED : Status.HEALTHY, byName(all));
  }

  /** In the same order. */
  public static Fields byName(List<BreakerStatus> breakers) {
    Fields json = new Fields();
    breakers.forEach(breaker -> json.put(breaker.name(), fields(breaker)));
    return json;
  }

  /** A circuit breaker as the report has it. */
  public static Fields fields(BreakerStatus breaker) {
    Fields json =
        Fields.of(
            "name", breaker.name(),
            "state", breaker.state(),
            "failure_count", breaker.failures(),
            "success_count", breaker.successes(),
            "last_failure_time", breaker.lastFailure());
    if (breaker.forced()) {
      json.put("forced", true);
    }
    return json;
  }

  /** Only a misconfiguration is sure to need a person: a quota comes back by itself. */
  private ServiceHealth gemini() {
    ModelHealth.Trouble present = trouble.get().orElse(null);
    Fields details = Fields.of("model", model);
    if (present == null) {
      return new ServiceHealth(Status.HEALTHY, details);
    }
    details.put("error", present.code());
    details.put("detail", present.detail());
    boolean lasting = present.code() == ErrorCode.MISCONFIGURED;
    return new ServiceHealth(lasting ? Status.UNHEALTHY : Status.DEGRADED, details);
  }

  /** The message of an exception may hold anything, so only its class is told. */
  private static ServiceHealth guarded(Supplier<ServiceHealth> check) {
    try {
      return check.get();
    } catch (RuntimeException | Error e) {
      return new ServiceHealth(Status.UNHEALTHY, Map.of("error", e.getClass().getSimpleName()));
    }
  }

  private static ServiceHealth atWorst(Status limit, ServiceHealth health) {
    return health.status().compareTo(limit) <= 0
        ? health
        : new ServiceHealth(limit, health.details());
  }
}
