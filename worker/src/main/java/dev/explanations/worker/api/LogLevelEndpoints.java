package dev.explanations.worker.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.logging.LogLevels;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Log levels of this worker over HTTP. Thread-safe. */
record LogLevelEndpoints(LogLevels levels) {
  private static final String PATH = "/api/log-level";
  private static final Set<String> FIELDS = Set.of("logger", "level", "for");
  private static final String WORKER = "dev.explanations";
  private static final Duration DEFAULT_TIME = Duration.ofMinutes(15);
  private static final Duration MAX_TIME = Duration.ofHours(24);
  private static final Pattern TIME = Pattern.compile("\\d{1,5}[smh]");

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, PATH, this::show);
    routes.post(PATH, this::change);
  }

  private void show(Context context) {
    List<Fields> changed =
        levels.changes().stream()
            .map(it -> Fields.of("logger", it.logger(), "level", it.level(), "until", it.until()))
            .toList();
    JsonBodies.respond(context, Fields.of("changed", changed));
  }

  private void change(Context context) {
    JsonNode json = JsonBodies.readObject(context.bodyAsBytes(), FIELDS);
    if (!json.has("level")) {
      throw new Problem(400, "level is missing; null is the usual one.");
    }
    String name = JsonBodies.text(json, "logger");
    String logger = name == null ? WORKER : name;
    String level = JsonBodies.text(json, "level");
    String time = JsonBodies.text(json, "for");
    if (level == null) {
      levels.restore(logger);
    } else {
      levels
          .change(logger, level, time == null ? DEFAULT_TIME : time(time))
          .ifPresent(
              refusal -> {
                throw new Problem(400, refusal);
              });
    }
    show(context);
  }

  private static Duration time(String text) {
    if (TIME.matcher(text).matches()) {
      Duration time = Duration.parse("PT" + text);
      if (time.isPositive() && time.compareTo(MAX_TIME) <= 0) {
        return time;
      }
    }
    throw new Problem(400, "for must be a time such as 30s, 10m or 1h, at most 24h.");
  }
}
