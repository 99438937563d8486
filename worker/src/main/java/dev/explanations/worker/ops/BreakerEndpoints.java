package dev.explanations.worker.ops;

import dev.explanations.worker.contract.Command;
import dev.explanations.worker.gate.BreakerStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The circuit breakers over HTTP. */
final class BreakerEndpoints {
  private static final String ALL = "/api/circuit-breaker";

  /** In angle brackets, since a model's name may have slashes. */
  private static final String ONE = ALL + "/<name>";

  private final CircuitBreakers breakers;
  private final Commands commands;

  BreakerEndpoints(CircuitBreakers breakers, Commands commands) {
    this.breakers = breakers;
    this.commands = commands;
  }

  void addTo(RoutesConfig routes) {
    Reading.add(routes, ALL, this::all);
    Reading.add(routes, ONE + "/state", this::state);
    routes.post(ONE + "/reset", this::reset);
    routes.post(ONE + "/open", this::open);
  }

  /** Under the field that has them in the health report, so that one reader serves both. */
  private void all(Context context) {
    Json.respond(context, 200, Map.of("circuit_breakers", BreakerJson.byName(breakers.all())));
  }

  private void state(Context context) {
    Json.respond(context, 200, BreakerJson.of(breaker(name(context))));
  }

  private void reset(Context context) {
    String name = breaker(name(context)).name();
    String message = "Circuit breaker '%s' reset successfully".formatted(name);
    commands.give(context, new Command.ResetBreaker(name), message, () -> stateOf(name));
  }

  private void open(Context context) {
    BreakerStatus breaker = breaker(name(context));
    if (breaker.state() == BreakerStatus.State.DISABLED) {
      throw new Problem(
          409,
          "Circuit breaker '%s' is disabled (CIRCUIT_BREAKER_ENABLED), so it cannot be opened."
              .formatted(breaker.name()));
    }
    String name = breaker.name();
    String message = "Circuit breaker '%s' held open until reset".formatted(name);
    commands.give(context, new Command.HoldBreakerOpen(name), message, () -> stateOf(name));
  }

  private static String name(Context context) {
    return context.pathParam("name");
  }

  private Map<String, @Nullable Object> stateOf(String name) {
    return Map.of("state", BreakerJson.of(breaker(name)));
  }

  private BreakerStatus breaker(String name) {
    List<BreakerStatus> all = breakers.all();
    return all.stream()
        .filter(breaker -> breaker.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Problem(
                    404,
                    all.stream()
                        .map(BreakerStatus::name)
                        .collect(
                            Collectors.joining(", ", "No such circuit breaker; there is: ", "."))));
  }
}
