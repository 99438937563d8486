package dev.explanations.worker.health;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.settings.Settings.Environment;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Health of the worker: the worst health of its services. Thread-safe; as quick as the suppliers
 * that it asks.
 */
public record HealthReport(Environment environment, Clock clock, Sources sources) {
  private static final String CACHE = "cache";
  private static final String BREAKERS = "circuit_breakers";
  private static final String GEMINI = "google_ai";
  private static final String STREAMS = "kafka_streams";

  /** Names of the services, in the order of the report. */
  public static final List<String> SERVICES = List.of(CACHE, BREAKERS, GEMINI, STREAMS);

  /**
   * Where the health of each service is read. Suppliers are called by several HTTP threads at once;
   * they wait neither for a service nor for a lock that is held for long. An exception counts as
   * unhealthy; only its class is shown.
   *
   * @param cache at worst {@code degraded} in the report, since the worker works without a cache
   * @param breakers in the order in which their models are asked
   * @param model the preferred model's name
   * @param trouble of that model; without secrets, since anyone may read it
   */
  public record Sources(
      Supplier<ServiceHealth> cache,
      Supplier<List<BreakerStatus>> breakers,
      String model,
      Supplier<Optional<ModelHealth.Trouble>> trouble,
      Supplier<StreamsView> stream) {}

  /** The body is the JSON of {@code GET /api/health}. */
  public record Report(Status status, Fields body) {}

  public Report make() {
    Fields services = new Fields();
    Status worst = Status.HEALTHY;
    for (String service : SERVICES) {
      ServiceHealth health = health(service);
      worst = worst.worse(health.status());
      Fields json = new Fields();
      // the API has breakers by name at this place, with no room for a status of their group
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

  /** Status of one of {@link #SERVICES}. */
  public Status status(String service) {
    return health(service).status();
  }

  private ServiceHealth health(String service) {
    return switch (service) {
      case CACHE -> atWorst(Status.DEGRADED, guarded(sources.cache));
      case BREAKERS -> guarded(this::breakerHealth);
      case GEMINI -> guarded(this::gemini);
      case STREAMS -> stream();
      default -> throw new IllegalArgumentException(service);
    };
  }

  /** All circuit breakers, in the order in which their models are asked. */
  public List<BreakerStatus> breakers() {
    return sources.breakers.get();
  }

  /** Health of the stream, the only service that readiness depends on. */
  public ServiceHealth stream() {
    return guarded(() -> sources.stream.get().health());
  }

  public boolean ready() {
    try {
      return sources.stream.get().running();
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  private ServiceHealth breakerHealth() {
    List<BreakerStatus> all = breakers();
    boolean open = all.stream().anyMatch(breaker -> breaker.state() == BreakerStatus.State.OPEN);
    return new ServiceHealth(open ? Status.DEGRADED : Status.HEALTHY, byName(all));
  }

  /** JSON of circuit breakers by name, in the same order. */
  public static Fields byName(List<BreakerStatus> breakers) {
    Fields json = new Fields();
    breakers.forEach(breaker -> json.put(breaker.name(), fields(breaker)));
    return json;
  }

  /** JSON of a circuit breaker. */
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

  /** Unhealthy only when misconfigured, which needs a person: a quota comes back by itself. */
  private ServiceHealth gemini() {
    ModelHealth.Trouble present = sources.trouble.get().orElse(null);
    Fields details = Fields.of("model", sources.model);
    if (present == null) {
      return new ServiceHealth(Status.HEALTHY, details);
    }
    details.put("error", present.code());
    details.put("detail", present.detail());
    boolean lasting = present.code() == ErrorCode.MISCONFIGURED;
    return new ServiceHealth(lasting ? Status.UNHEALTHY : Status.DEGRADED, details);
  }

  /** Shows only the class of an exception: its message may hold a secret. */
  private static ServiceHealth guarded(Supplier<ServiceHealth> check) {
    try {
      return check.get();
    } catch (RuntimeException | Error e) {
      return new ServiceHealth(Status.UNHEALTHY, Fields.of("error", e.getClass().getSimpleName()));
    }
  }

  private static ServiceHealth atWorst(Status limit, ServiceHealth health) {
    return health.status().compareTo(limit) <= 0
        ? health
        : new ServiceHealth(limit, health.details());
  }
}
