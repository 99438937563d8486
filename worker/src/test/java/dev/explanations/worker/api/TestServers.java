package dev.explanations.worker.api;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.health.Status;
import dev.explanations.worker.metrics.OutageScene;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Servers of a healthy worker, on a free port. */
public final class TestServers {
  static final OpsServer.Listener NO_LISTENER = (method, route, status, took) -> {};

  static final Prompts.Status PROMPTS = new Prompts.Status("1", "next-0a1b2c3d", 0.2);

  private TestServers() {}

  /** Settings with a control token that never changes, or none. */
  static Settings.Http http(String host, int port, @Nullable Secret controlToken) {
    Settings.Token token = controlToken == null ? null : new Settings.Token(controlToken, null);
    return new Settings.Http(host, port, token, null, null);
  }

  static OpsServer of(String host, @Nullable Secret token, MemoryBreakers breakers) {
    return of(http(host, 0, token), breakers, new MemoryDeadLetters());
  }

  static OpsServer of(String host, @Nullable Secret token, DeadLetterService deadLetters) {
    return of(http(host, 0, token), new MemoryBreakers("google_ai"), deadLetters);
  }

  static OpsServer of(Settings.Http settings, MemoryBreakers breakers) {
    return of(settings, breakers, new MemoryDeadLetters());
  }

  static OpsServer of(MemoryBreakers breakers, MemoryControl control) {
    return of(breakers, control, new MemoryBudget());
  }

  static OpsServer of(MemoryBreakers breakers, MemoryControl control, BudgetService budget) {
    return of(
        http("127.0.0.1", 0, null),
        breakers,
        control,
        new MemoryDeadLetters(),
        new MemoryLookUp(),
        TestMetrics.service(breakers),
        budget);
  }

  private static OpsServer of(
      Settings.Http settings, MemoryBreakers breakers, DeadLetterService deadLetters) {
    return of(
        settings,
        breakers,
        new MemoryControl(breakers),
        deadLetters,
        TestMetrics.service(breakers));
  }

  static OpsServer of(@Nullable Secret token, CacheLookUp lookUp) {
    MemoryBreakers breakers = new MemoryBreakers("google_ai");
    return of(
        http("127.0.0.1", 0, token),
        breakers,
        new MemoryControl(breakers),
        new MemoryDeadLetters(),
        lookUp,
        TestMetrics.service(breakers),
        new MemoryBudget());
  }

  static OpsServer of(
      Settings.Http settings,
      MemoryBreakers breakers,
      MemoryControl control,
      DeadLetterService deadLetters,
      MetricsService metrics) {
    return of(
        settings, breakers, control, deadLetters, new MemoryLookUp(), metrics, new MemoryBudget());
  }

  private static OpsServer of(
      Settings.Http settings,
      MemoryBreakers breakers,
      MemoryControl control,
      DeadLetterService deadLetters,
      CacheLookUp lookUp,
      MetricsService metrics,
      BudgetService budget) {
    HealthReport health =
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            Clock.systemUTC(),
            new HealthReport.Sources(
                () -> ServiceHealth.ofStateStore(true),
                breakers,
                "gemini-3.5-flash-lite",
                Optional::empty,
                () -> Streams.view("RUNNING", 2, 0L, false)));
    return new OpsServer(
        settings,
        new OpsServer.Backend(
            health,
            metrics,
            deadLetters,
            lookUp,
            () -> PROMPTS,
            budget,
            control,
            () -> "Topologies:\n"),
        NO_LISTENER);
  }

  /** Of a worker whose Gemini is down; the scene has been played, as its history tells. */
  static OpsServer of(OutageScene scene) {
    scene.play();
    ModelHealth.Trouble trouble =
        new ModelHealth.Trouble(
            ErrorCode.MODEL_UNAVAILABLE,
            "503 UNAVAILABLE: The model is overloaded. Please try again later.");
    HealthReport health =
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            scene.clock(),
            new HealthReport.Sources(
                () -> new ServiceHealth(Status.HEALTHY, Map.of("type", "redis", "connected", true)),
                scene::breakers,
                "gemini-3.5-flash-lite",
                () -> Optional.of(trouble),
                () -> Streams.view("RUNNING", 2, 0L, false)));
    return new OpsServer(
        http("127.0.0.1", 0, null),
        new OpsServer.Backend(
            health,
            scene.metrics(),
            new MemoryDeadLetters(),
            new MemoryLookUp(),
            () -> PROMPTS,
            new MemoryBudget(),
            new MemoryControl(new MemoryBreakers()),
            () -> "Topologies:\n"),
        NO_LISTENER);
  }

  /**
   * @param request method and path
   */
  public static RawHttp.Answer call(OpsServer server, String request, List<String> headers)
      throws IOException {
    List<String> head = new ArrayList<>(List.of(request + " HTTP/1.1"));
    head.addAll(headers);
    return RawHttp.send(server.port(), head, "");
  }
}
