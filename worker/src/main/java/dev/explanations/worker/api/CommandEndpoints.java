package dev.explanations.worker.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.request.TargetReader;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.policy.Prompts;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Status of circuit breakers; commands to every worker: breakers, cache, pause. Thread-safe. */
final class CommandEndpoints {
  private static final String BREAKERS = "/api/circuit-breaker";

  private static final String PROMPT = "/api/prompt";
  private static final String SHARE = "candidateShare";

  /** Angle brackets let the parameter have slashes, as a model's name may. */
  private static final String BREAKER = BREAKERS + "/<name>";

  private final Supplier<List<BreakerStatus>> breakers;
  private final Supplier<Prompts.Status> prompts;
  private final Commands commands;
  private final TargetReader targets = new TargetReader();

  CommandEndpoints(
      Supplier<List<BreakerStatus>> breakers, Supplier<Prompts.Status> prompts, Commands commands) {
    this.breakers = breakers;
    this.prompts = prompts;
    this.commands = commands;
  }

  void addTo(RoutesConfig routes) {
    // the same field as in the health report, so that clients read both alike
    OpsServer.addReading(
        routes,
        BREAKERS,
        it ->
            JsonBodies.respond(
                it, Fields.of("circuit_breakers", HealthReport.byName(breakers.get()))));
    OpsServer.addReading(
        routes, BREAKER + "/state", it -> JsonBodies.respond(it, HealthReport.fields(breaker(it))));
    routes.post(BREAKER + "/reset", this::reset);
    routes.post(BREAKER + "/open", this::open);
    routes.post(
        "/api/cache/clear", it -> commands.give(it, new Command.ClearCache(), "Cache cleared"));
    routes.post("/api/cache/invalidate", this::invalidate);
    routes.post(
        "/api/worker/pause",
        it -> commands.give(it, new Command.Pause(), "Paused: no calls are made until resumed"));
    OpsServer.addReading(routes, PROMPT, it -> JsonBodies.respond(it, prompt()));
    routes.post(PROMPT, this::setCandidateShare);
    routes.post("/api/worker/resume", it -> commands.give(it, new Command.Resume(), "Resumed"));
  }

  private Fields prompt() {
    Prompts.Status status = prompts.get();
    return Fields.of(
        "version",
        status.version(),
        "candidate",
        status.candidate(),
        "candidateShare",
        status.candidateShare());
  }

  private void setCandidateShare(Context context) {
    JsonNode share = JsonBodies.readObject(context.bodyAsBytes(), Set.of(SHARE)).path(SHARE);
    if (!share.isNumber() || !(share.doubleValue() >= 0 && share.doubleValue() <= 1)) {
      throw new Problem(400, "candidateShare must be a number from 0 to 1.");
    }
    if (share.doubleValue() > 0 && prompts.get().candidate() == null) {
      throw new Problem(409, "This worker has no candidate (PROMPT_CANDIDATE_FILE).");
    }
    commands.give(
        context,
        new Command.SetCandidateShare(share.doubleValue()),
        "The candidate prompt answers %s of all questions".formatted(share),
        this::prompt);
  }

  private void reset(Context context) {
    String name = breaker(context).name();
    commands.give(
        context,
        new Command.ResetBreaker(name),
        "Circuit breaker '%s' reset successfully".formatted(name),
        () -> stateOf(context));
  }

  private void open(Context context) {
    BreakerStatus breaker = breaker(context);
    String name = breaker.name();
    if (breaker.state() == BreakerStatus.State.DISABLED) {
      throw new Problem(
          409,
          "Circuit breaker '%s' is disabled (CIRCUIT_BREAKER_ENABLED), so it cannot be opened."
              .formatted(name));
    }
    commands.give(
        context,
        new Command.HoldBreakerOpen(name),
        "Circuit breaker '%s' held open until reset".formatted(name),
        () -> stateOf(context));
  }

  private Fields stateOf(Context context) {
    return Fields.of("state", HealthReport.fields(breaker(context)));
  }

  /**
   * The breaker that the path names.
   *
   * @throws Problem 404 if there is none
   */
  private BreakerStatus breaker(Context context) {
    String name = context.pathParam("name");
    List<BreakerStatus> all = breakers.get();
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

  private void invalidate(Context context) {
    Command.Target target;
    try {
      target = targets.read(context.bodyAsBytes());
    } catch (IllegalArgumentException e) {
      throw new Problem(400, String.valueOf(e.getMessage()));
    }
    String what =
        switch (target.kind()) {
          case TOPIC -> "All explanations of the topic invalidated";
          case EXPLANATION -> "Explanation invalidated";
        };
    commands.give(context, new Command.InvalidateCache(target), what);
  }
}
