package dev.explanations.worker.ops;

import io.javalin.config.RoutesConfig;

/** The worker's figures over HTTP. */
final class MetricsEndpoints {

  /** Prometheus looks at the version. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Figures figures;
  private final History history;

  MetricsEndpoints(Figures figures, History history) {
    this.figures = figures;
    this.history = history;
  }

  void addTo(RoutesConfig routes) {
    routes.get("/metrics", it -> it.result(figures.prometheus()).contentType(PROMETHEUS));
    routes.get("/api/metrics", it -> Json.respond(it, 200, figures.json()));
    routes.get("/api/metrics/history", it -> Json.respond(it, 200, history.json()));
  }
}
