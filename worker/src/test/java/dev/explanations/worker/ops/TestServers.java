package dev.explanations.worker.ops;

import dev.explanations.worker.contract.TargetReader;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.metrics.OutageScene;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.ops.HistoryReading.Latency;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers of a healthy worker, on a free port. */
final class TestServers {
  private TestServers() {}

  static OpsServer of(String host, @Nullable Secret token, MemoryBreakers breakers) {
    return of(new Settings.Http(host, 0, token), breakers, new MemoryDeadLetters());
  }

  static OpsServer of(String host, @Nullable Secret token, DeadLetterDesk deadLetters) {
    return of(new Settings.Http(host, 0, token), new MemoryBreakers("google_ai"), deadLetters);
  }

  static OpsServer of(MemoryBreakers breakers, MemoryControl control) {
    return of(
        new Settings.Http("127.0.0.1", 0, null),
        breakers,
        control,
        new MemoryDeadLetters(),
        TestMetrics.figures(breakers));
  }

  private static OpsServer of(
      Settings.Http settings, MemoryBreakers breakers, DeadLetterDesk deadLetters) {
    return of(
        settings,
        breakers,
        new MemoryControl(breakers),
        deadLetters,
        TestMetrics.figures(breakers));
  }

  static OpsServer of(
      Settings.Http settings,
      MemoryBreakers breakers,
      MemoryControl control,
      DeadLetterDesk deadLetters,
      Figures figures) {
    HealthReport health =
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            Clock.systemUTC(),
            () ->
                new ServiceHealth(Status.HEALTHY, Map.of("type", "state_store", "connected", true)),
            breakers,
            () -> new GeminiView("gemini-3.5-flash-lite", null),
            () -> Streams.view("RUNNING", 2, 0L, false));
    return new OpsServer(
        settings,
        health,
        breakers,
        control,
        new TargetReader(),
        deadLetters,
        figures,
        history(),
        () -> "Topologies:\n",
        HttpListener.NONE);
  }

  /** Of a worker whose Gemini is down; with its history, so the scene has been played. */
  static OpsServer of(OutageScene scene) {
    History history = new History(scene::reading, scene.clock());
    for (int second = 0; second < OutageScene.SECONDS; second++) {
      scene.second();
      if (second % History.INTERVAL.toSeconds() == 0) {
        history.take();
      }
    }
    GeminiView gemini =
        new GeminiView(
            "gemini-3.5-flash-lite",
            new GeminiView.Trouble(
                ErrorCode.MODEL_UNAVAILABLE,
                "503 UNAVAILABLE: The model is overloaded. Please try again later."));
    HealthReport health =
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            scene.clock(),
            () -> new ServiceHealth(Status.HEALTHY, Map.of("type", "redis", "connected", true)),
            scene::breakers,
            () -> gemini,
            () -> Streams.view("RUNNING", 2, 0L, false));
    return new OpsServer(
        new Settings.Http("127.0.0.1", 0, null),
        health,
        scene::breakers,
        new MemoryControl(new MemoryBreakers()),
        new TargetReader(),
        new MemoryDeadLetters(),
        scene.figures(),
        history,
        () -> "Topologies:\n",
        HttpListener.NONE);
  }

  /** With one sample. */
  static History history() {
    Instant now = Instant.now();
    Iterator<Instant> times = List.of(now.minusSeconds(5), now).iterator();
    InstantSource clock = times::next;
    Latency latency = new Latency(0.5, null);
    HistoryReading reading = new HistoryReading(9, 8, 7, latency, latency, 3, 2, 1L, "closed");
    History history = new History(() -> reading, clock.withZone(ZoneOffset.UTC));
    history.take();
    history.take();
    return history;
  }

  /**
   * @param request method and path
   */
  static RawHttp.Answer call(OpsServer server, String request, List<String> headers)
      throws IOException {
    List<String> head = new ArrayList<>(List.of(request + " HTTP/1.1"));
    head.addAll(headers);
    return RawHttp.send(server.port(), head, "");
  }
}
