package dev.explanations.worker.api;

import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Shared;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/** Metrics over HTTP. The settings among them need a token. */
final class MetricsEndpoints {

  /** Prometheus checks the version. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ControlAccess access;
  private final Shared<byte[]> prometheus;
  private final Shared<Report> report;
  private final Shared<byte[]> history;

  /**
   * JSON of {@code GET /api/metrics}.
   *
   * @param open without the settings
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Report(byte[] open, byte[] whole) {

    static Report of(Fields metrics) {
      Fields open = new Fields();
      open.putAll(metrics);
      open.remove("config");
      return new Report(JsonBodies.utf8(open), JsonBodies.utf8(metrics));
    }
  }

  MetricsEndpoints(MetricsService metrics, ControlAccess access) {
    this.access = access;
    this.prometheus =
        new Shared<>(() -> metrics.prometheus().getBytes(StandardCharsets.UTF_8), System::nanoTime);
    this.report = new Shared<>(() -> Report.of(metrics.json()), System::nanoTime);
    this.history = new Shared<>(() -> JsonBodies.utf8(metrics.history()), System::nanoTime);
  }

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(
        routes, "/metrics", it -> it.result(prometheus.get()).contentType(PROMETHEUS));
    OpsServer.addReading(routes, "/api/metrics", this::report);
    OpsServer.addReading(
        routes, "/api/metrics/history", it -> JsonBodies.respond(it, history.get()));
  }

  private void report(Context context) {
    boolean trusted = access.isTrusted(context);
    Report made = report.get();
    JsonBodies.respond(context, trusted ? made.whole() : made.open());
  }
}
