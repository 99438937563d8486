package dev.explanations.worker.ops;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The circuit breakers over HTTP. */
final class BreakerEndpoints {
  private static final String ALL = "/api/circuit-breaker";

  /** In angle brackets, since a model's name may have slashes. */
  private static final String ONE = ALL + "/<name>";

  private final CircuitBreakers breakers;

  BreakerEndpoints(CircuitBreakers breakers) {
    this.breakers = breakers;
  }

  void addTo(RoutesConfig routes) {
    routes.get(ALL, this::all);
    routes.get(ONE + "/state", this::state);
    routes.post(ONE + "/reset", this::reset);
    routes.post(ONE + "/open", this::open);
  }

  /** Under the field that has them in the health report, so that one reader serves both. */
  private void all(Context context) {
    Json.respond(context, 200, Map.of("circuit_breakers", BreakerView.byName(breakers.all())));
  }

  private void state(Context context) {
    String name = name(context);
    Optional<BreakerView> breaker =
        breakers.all().stream().filter(view -> view.name().equals(name)).findFirst();
    Json.respond(context, 200, known(breaker).toJson());
  }

  private void reset(Context context) {
    BreakerView breaker = known(breakers.reset(name(context)));
    respond(context, "Circuit breaker '%s' reset successfully", breaker);
  }

  private void open(Context context) {
    BreakerView breaker = known(breakers.open(name(context)));
    if (breaker.state() == BreakerView.State.DISABLED) {
      throw new Problem(
          409,
          "Circuit breaker '%s' is disabled (CIRCUIT_BREAKER_ENABLED), so it cannot be opened."
              .formatted(breaker.name()));
    }
    respond(context, "Circuit breaker '%s' held open until reset", breaker);
  }

  private static String name(Context context) {
    return context.pathParam("name");
  }

  private BreakerView known(Optional<BreakerView> breaker) {
    return breaker.orElseThrow(
        () ->
            new Problem(
                404,
                breakers.all().stream()
                    .map(BreakerView::name)
                    .collect(
                        Collectors.joining(", ", "No such circuit breaker; there is: ", "."))));
  }

  private static void respond(Context context, String message, BreakerView breaker) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("message", message.formatted(breaker.name()));
    body.put("state", breaker.toJson());
    Json.respond(context, 200, body);
  }
}
