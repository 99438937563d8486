package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.address;
import static dev.explanations.worker.settings.Types.bool;
import static dev.explanations.worker.settings.Types.host;
import static dev.explanations.worker.settings.Types.integer;
import static dev.explanations.worker.settings.Types.oneOf;
import static dev.explanations.worker.settings.Types.path;
import static dev.explanations.worker.settings.Types.token;
import static dev.explanations.worker.settings.Types.url;

import dev.explanations.worker.settings.Setting.Group;
import dev.explanations.worker.settings.Settings.Environment;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The settings of the process itself: where it runs, its HTTP server, its log. */
final class OpsSettings {
  static final Group TRACING = new Group("Tracing");
  static final Group PROCESS = new Group("Process and log");
  static final Group HTTP = new Group("HTTP");

  static final Setting<Environment> ENVIRONMENT =
      PROCESS.of(
          "ENVIRONMENT",
          oneOf(Environment.class),
          "development",
          "`production` logs JSON, makes the circuit breaker quicker and demands a Redis password"
              + " when Redis is on, and a long `CONTROL_TOKEN`.");
  static final Setting<LogLevel> LOG_LEVEL =
      PROCESS.of("LOG_LEVEL", oneOf(LogLevel.class), "info", "What the worker itself logs.");
  static final Setting<Path> WORKER_CONFIG =
      PROCESS.optional(
          SettingsSources.WORKER_CONFIG,
          path(),
          "A properties file (UTF-8) with any of these settings, by the same names.");

  static final Setting<String> HTTP_HOST =
      HTTP.of(
          "HTTP_HOST",
          host(),
          "127.0.0.1",
          "The address that the HTTP server listens on; one that other machines reach needs"
              + " `CONTROL_TOKEN`.");
  static final Setting<Integer> HTTP_PORT =
      HTTP.of("HTTP_PORT", integer(0, 65_535), "8080", "Its port; 0 is any free one, logged.");
  static final Setting<URI> HTTP_ADVERTISED =
      HTTP.optional(
          "HTTP_ADVERTISED",
          address(),
          "The address at which those who look into the cache reach this worker: others redirect to"
              + " it. Redirects have the scheme of the worker that redirects.");
  static final Setting<Secret> CONTROL_TOKEN =
      HTTP.hidden(
          "CONTROL_TOKEN",
          token(),
          "What a control request must bring as `Authorization: Bearer ...`; without it control"
              + " works only on a loopback address. At least 16 characters when `ENVIRONMENT` is"
              + " `production`. A file (`CONTROL_TOKEN_FILE`) is watched: another token counts at"
              + " once, the one before for a minute more.");
  static final Setting<Secret> READ_TOKEN =
      HTTP.hidden(
          "READ_TOKEN",
          token(),
          "A second token, which may only read: settings in `GET /api/metrics`, dead letters, the"
              + " cache. Otherwise as `CONTROL_TOKEN`, which it does not replace.");

  static final Setting<Boolean> TRACING_ENABLED =
      TRACING.of(
          "TRACING_ENABLED",
          bool(),
          "false",
          "Send the steps of requests to an OpenTelemetry collector, as part of the trace that"
              + " their `traceparent` names, and metrics of Gemini's calls.");
  static final Setting<String> OTLP_ENDPOINT =
      TRACING.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          url(),
          "http://localhost:4318",
          "The collector, by OTLP over HTTP; `/v1/traces` and `/v1/metrics` are added.");

  enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /**
   * Fewest characters of a token in production. A shorter token can be guessed: the number of
   * attempts is not limited.
   */
  private static final int MIN_TOKEN = 16;

  private OpsSettings() {}

  static Settings.Http http(Values values, Environment environment) {
    Settings.Http http =
        new Settings.Http(
            values.get(HTTP_HOST),
            values.get(HTTP_PORT),
            httpToken(values, CONTROL_TOKEN, environment),
            httpToken(values, READ_TOKEN, environment),
            values.find(HTTP_ADVERTISED));
    values.require(
        isLoopback(http.host()) || http.controlToken() != null,
        "CONTROL_TOKEN is not set: must be set when HTTP_HOST (%s) is not a loopback address"
            .formatted(http.host()),
        HTTP_HOST,
        CONTROL_TOKEN);
    Settings.Token control = http.controlToken();
    Settings.Token read = http.readToken();
    values.require(
        control == null || read == null || !control.secret().equals(read.secret()),
        "READ_TOKEN (value hidden) is also the CONTROL_TOKEN: must be another",
        CONTROL_TOKEN,
        READ_TOKEN);
    return http;
  }

  /** The token that is set, with the file it came from, if it did; {@code null} if none is. */
  static Settings.@Nullable Token httpToken(
      Values values, Setting<Secret> setting, Environment environment) {
    Secret token = values.find(setting);
    if (token == null) {
      return null;
    }
    values.require(
        environment != Environment.PRODUCTION || token.reveal().length() >= MIN_TOKEN,
        "%s (value hidden) is too short: must have at least %d characters with ENVIRONMENT=production"
            .formatted(setting.name(), MIN_TOKEN),
        setting,
        ENVIRONMENT);
    String file = values.texts().get(setting.fileName());
    return new Settings.Token(
        token, file == null ? null : new TokenFile(setting, file, environment));
  }

  static Settings.Tracing tracing(Values values) {
    return new Settings.Tracing(values.get(TRACING_ENABLED), values.get(OTLP_ENDPOINT));
  }

  /**
   * Whether the text names a loopback address. Nothing is looked up: DNS could answer differently a
   * moment later.
   */
  static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("::1")
        || host.equals("[::1]");
  }
}
