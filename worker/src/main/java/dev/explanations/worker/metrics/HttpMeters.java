package dev.explanations.worker.metrics;

import dev.explanations.worker.ops.HttpListener;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Times what the HTTP server answers. */
final class HttpMeters implements HttpListener {

  private final MeterProvider<Timer> requests;

  HttpMeters(MeterFactory make) {
    requests =
        make.timers(
            "http.server.requests", "Requests to the HTTP server.", 10, 50, 250, 1000, 5000);
    // so that it is there before anybody has looked; the others come when they are first needed
    timer("GET", "/metrics", 200);
  }

  @Override
  public void answered(String method, String route, int status, Duration took) {
    timer(method, route, status).record(took);
  }

  private Timer timer(String method, String route, int status) {
    return requests.withTags("method", method, "route", route, "status", Integer.toString(status));
  }
}
