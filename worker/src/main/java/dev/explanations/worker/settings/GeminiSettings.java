package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.bool;
import static dev.explanations.worker.settings.Types.duration;
import static dev.explanations.worker.settings.Types.integer;
import static dev.explanations.worker.settings.Types.listOf;
import static dev.explanations.worker.settings.Types.text;
import static dev.explanations.worker.settings.Types.token;
import static dev.explanations.worker.settings.Types.url;

import dev.explanations.worker.settings.Setting.Group;
import dev.explanations.worker.settings.Settings.Credentials;
import dev.explanations.worker.settings.Settings.Environment;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of Gemini. Names that start with {@code GOOGLE_} are those of Google's own SDK. */
final class GeminiSettings {
  static final Group GEMINI = new Group("Gemini");
  static final Group VERTEX_AI = new Group("Vertex AI");

  private static final Type<String> MODEL_NAME =
      text(
          "a model name such as gemini-3.5-flash-lite, at most 200 characters",
          "[A-Za-z0-9][A-Za-z0-9._/@:-]{0,199}");

  static final Setting<Secret> GOOGLE_API_KEY =
      GEMINI.hidden(
          "GOOGLE_API_KEY", token(), "The key of the Gemini API; demanded unless Vertex AI is on.");
  static final Setting<Secret> GEMINI_API_KEY =
      GEMINI.hidden(
          "GEMINI_API_KEY", token(), "Another name for `GOOGLE_API_KEY`, which wins over it.");
  static final Setting<Boolean> GOOGLE_GENAI_USE_VERTEXAI =
      VERTEX_AI.of(
          "GOOGLE_GENAI_USE_VERTEXAI", bool(), "false", "Call Gemini through Vertex AI instead.");
  static final Setting<Boolean> GOOGLE_GENAI_USE_ENTERPRISE =
      VERTEX_AI.derived(
          "GOOGLE_GENAI_USE_ENTERPRISE",
          bool(),
          "`GOOGLE_GENAI_USE_VERTEXAI`",
          "The newer name of `GOOGLE_GENAI_USE_VERTEXAI`, which it wins over.");
  static final Setting<String> GOOGLE_CLOUD_PROJECT =
      VERTEX_AI.optional(
          "GOOGLE_CLOUD_PROJECT",
          text("a project id", "[A-Za-z0-9.:-]{1,100}"),
          "The project, with Vertex AI; needs `GOOGLE_CLOUD_LOCATION`.");
  static final Setting<String> GOOGLE_CLOUD_LOCATION =
      VERTEX_AI.optional(
          "GOOGLE_CLOUD_LOCATION",
          text("a location such as global or europe-west4", "[a-z0-9-]{1,63}"),
          "The location, with Vertex AI; needs `GOOGLE_CLOUD_PROJECT`.");
  static final Setting<String> GOOGLE_GEMINI_BASE_URL =
      GEMINI.derived(
          "GOOGLE_GEMINI_BASE_URL",
          url(),
          "Google's",
          "Where the Gemini API is, for instance a proxy.");
  static final Setting<String> GOOGLE_VERTEX_BASE_URL =
      VERTEX_AI.derived("GOOGLE_VERTEX_BASE_URL", url(), "Google's", "Where Vertex AI is.");

  static final Setting<String> GOOGLE_GENAI_API_VERSION =
      GEMINI.derived(
          "GOOGLE_GENAI_API_VERSION",
          text(
              "a version such as v1, v1beta or v1beta1, or beta",
              "beta|v[0-9]{1,3}((alpha|beta)[0-9]{0,3})?"),
          "v1beta; with Vertex AI v1beta1",
          "The version of Gemini's API. `v1` knows no `-latest` and few `-preview` models.");
  static final Setting<Proxy> HTTPS_PROXY = proxy("HTTPS_PROXY", "https");
  static final Setting<Proxy> HTTP_PROXY = proxy("HTTP_PROXY", "http");
  static final Setting<NoProxy> NO_PROXY =
      GEMINI.optional(
          "NO_PROXY",
          NoProxy.type(),
          "What is reached without them: hosts with all their subdomains, addresses, or `*`. This"
              + " machine and Google's metadata server always are.");

  static final Setting<String> GEMINI_MODEL =
      GEMINI.of("GEMINI_MODEL", MODEL_NAME, "gemini-3.5-flash-lite", "The model that explains.");
  static final Setting<List<String>> GEMINI_FALLBACK_MODELS =
      GEMINI.optional(
          "GEMINI_FALLBACK_MODELS",
          listOf(MODEL_NAME),
          "Models to ask, in this order, while the breaker of `GEMINI_MODEL` is open.");
  static final Setting<Duration> GEMINI_TIMEOUT =
      GEMINI.of(
          "GEMINI_TIMEOUT",
          duration(Duration.ofMillis(10), Duration.ofHours(1)),
          "60s",
          "The longest that one call may take.");
  static final Setting<Integer> GEMINI_MAX_OUTPUT_TOKENS =
      GEMINI.derived(
          "GEMINI_MAX_OUTPUT_TOKENS",
          integer(0, 1_000_000),
          "10 a word that is asked for, and 5000",
          "The most tokens that one answer may cost, thoughts included; 0 is no limit.");
  static final Setting<Integer> GEMINI_MAX_IN_FLIGHT =
      GEMINI.of(
          "GEMINI_MAX_IN_FLIGHT", integer(1, 10_000), "64", "Calls at the same time, per worker.");
  static final Setting<Integer> GEMINI_REQUESTS_PER_MINUTE =
      GEMINI.of(
          "GEMINI_REQUESTS_PER_MINUTE",
          integer(0, 100_000_000),
          "0",
          "Calls per minute, per worker; 0 is no limit.");
  static final Setting<Integer> GEMINI_TOKENS_PER_MINUTE =
      GEMINI.of(
          "GEMINI_TOKENS_PER_MINUTE",
          integer(0, 2_000_000_000),
          "0",
          "Tokens per minute, per worker; 0 is no limit.");

  private GeminiSettings() {}

  private static Setting<Proxy> proxy(String name, String scheme) {
    return GEMINI.hidden(
        name,
        Proxy.type(),
        "The proxy for %s URLs of Gemini and Google's logins; the JVM's own `%s.proxyHost` wins."
            .formatted(scheme, scheme));
  }

  static Settings.Gemini gemini(Values values, Environment environment) {
    boolean useVertexAi = values.get(GOOGLE_GENAI_USE_VERTEXAI);
    boolean vertexAi = values.getOr(GOOGLE_GENAI_USE_ENTERPRISE, useVertexAi);
    String geminiUrl = values.find(GOOGLE_GEMINI_BASE_URL);
    String vertexUrl = values.find(GOOGLE_VERTEX_BASE_URL);
    for (Setting<String> setting : List.of(GOOGLE_GEMINI_BASE_URL, GOOGLE_VERTEX_BASE_URL)) {
      requireSafe(values, setting, environment);
    }
    String model = values.get(GEMINI_MODEL);
    List<String> fallbacks = values.find(GEMINI_FALLBACK_MODELS);
    if (fallbacks == null) {
      fallbacks = List.of();
    }
    Set<String> distinct = new HashSet<>(fallbacks);
    distinct.add(model);
    values.require(
        distinct.size() == fallbacks.size() + 1,
        "GEMINI_FALLBACK_MODELS=%s: must not name a model twice, nor GEMINI_MODEL (%s)"
            .formatted(String.join(",", fallbacks), model),
        GEMINI_FALLBACK_MODELS,
        GEMINI_MODEL);
    return new Settings.Gemini(
        credentials(values, vertexAi),
        vertexAi ? vertexUrl : geminiUrl,
        apiVersion(values, vertexAi ? "v1beta1" : "v1beta"),
        new Settings.Proxies(
            values.find(HTTPS_PROXY),
            values.find(HTTP_PROXY),
            values.getOr(NO_PROXY, NoProxy.NONE)),
        model,
        fallbacks,
        values.get(GEMINI_TIMEOUT),
        values.find(GEMINI_MAX_OUTPUT_TOKENS),
        values.get(GEMINI_MAX_IN_FLIGHT),
        values.get(GEMINI_REQUESTS_PER_MINUTE),
        values.get(GEMINI_TOKENS_PER_MINUTE));
  }

  /**
   * Version of the API to call; by default its beta. The SDK's own default is {@code v1} since 2.0,
   * but only the beta has all models, and all that this project knows of Gemini was observed there.
   *
   * @param beta beta version of the API in use: Gemini API or Vertex AI
   */
  private static String apiVersion(Values values, String beta) {
    String version = values.getOr(GOOGLE_GENAI_API_VERSION, beta);
    return version.equals("beta") ? beta : version;
  }

  /**
   * Refuses a plain HTTP URL in production unless its host is a loopback address: every request
   * carries the API key or an access token.
   */
  private static void requireSafe(Values values, Setting<String> url, Environment environment) {
    String text = values.find(url);
    values.require(
        text == null
            || environment != Environment.PRODUCTION
            || text.startsWith("https:")
            || OpsSettings.isLoopback(URI.create(text).getHost()),
        "%s=%s: must be an https URL when ENVIRONMENT=production, or one of a loopback address"
            .formatted(url.name(), text),
        url,
        OpsSettings.ENVIRONMENT);
  }

  private static Credentials credentials(Values values, boolean vertexAi) {
    Secret googleKey = values.find(GOOGLE_API_KEY);
    Secret geminiKey = values.find(GEMINI_API_KEY);
    Secret key = googleKey == null ? geminiKey : googleKey;
    String project = values.find(GOOGLE_CLOUD_PROJECT);
    String location = values.find(GOOGLE_CLOUD_LOCATION);
    return vertexAi ? vertexAi(values, project, location, key) : developerApi(values, key);
  }

  private static Credentials developerApi(Values values, @Nullable Secret key) {
    values.require(
        key != null,
        "GOOGLE_API_KEY is not set: must be the key of the Gemini API"
            + " (GOOGLE_API_KEY_FILE may name a file that holds it)",
        GOOGLE_API_KEY,
        GEMINI_API_KEY);
    return new Credentials.DeveloperApi(key == null ? new Secret("") : key);
  }

  private static Credentials vertexAi(
      Values values, @Nullable String project, @Nullable String location, @Nullable Secret key) {
    if (project != null && location != null) {
      return new Credentials.VertexAi(project, location, key);
    }
    // with a key, one of the two alone is no error: platforms set GOOGLE_CLOUD_PROJECT themselves
    values.require(
        key != null,
        "Vertex AI is on: GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION must both be set,"
            + " or GOOGLE_API_KEY",
        GOOGLE_CLOUD_PROJECT,
        GOOGLE_CLOUD_LOCATION,
        GOOGLE_API_KEY,
        GEMINI_API_KEY);
    return new Credentials.VertexAi(null, null, key);
  }
}
