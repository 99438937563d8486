package dev.explanations.worker.api;

import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Shared;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The worker's figures over HTTP. The settings among them are for those who may command. */
final class MetricsEndpoints {

  /** Prometheus looks at the version. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ControlAccess access;
  private final Shared<byte[]> prometheus;
  private final Shared<Report> report;
  private final Shared<byte[]> history;

  /**
   * JSON.
   *
   * @param open without the settings
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Report(byte[] open, byte[] whole) {

    static Report of(Map<String, @Nullable Object> figures) {
      Map<String, @Nullable Object> open = new LinkedHashMap<>(figures);
      open.remove("config");
      return new Report(utf8(JsonBodies.write(open)), utf8(JsonBodies.write(figures)));
    }
  }

  MetricsEndpoints(Figures figures, ControlAccess access) {
    this.access = access;
    this.prometheus = new Shared<>(() -> utf8(figures.prometheus()), System::nanoTime);
    this.report = new Shared<>(() -> Report.of(figures.json()), System::nanoTime);
    this.history = new Shared<>(() -> utf8(JsonBodies.write(figures.history())), System::nanoTime);
  }

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(
        routes, "/metrics", it -> it.result(prometheus.get()).contentType(PROMETHEUS));
    OpsServer.addReading(routes, "/api/metrics", this::figures);
    OpsServer.addReading(
        routes, "/api/metrics/history", it -> JsonBodies.respond(it, history.get()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void figures(Context context) {
    boolean trusted = access.isTrusted(context);
    Report made = report.get();
    JsonBodies.respond(context, trusted ? made.whole() : made.open());
  }
}
