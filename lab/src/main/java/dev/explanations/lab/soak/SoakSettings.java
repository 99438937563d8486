package dev.explanations.lab.soak;

import dev.explanations.lab.guarantees.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings of a soak's workers: durations that are minutes by default are seconds here. */
final class SoakSettings {

  static final String APPLICATION = "explanation-worker";
  static final String REQUESTS = "explanations.requests";
  static final String RESULTS = "explanations.results";
  static final String DEAD_LETTERS = "explanations.dead-letters";
  static final String ACCEPTED = APPLICATION + "-accepted-repartition";
  static final String CONTROL_TOKEN = "a-control-token-of-the-soak";

  /** End of every worker's API key, by which a leaked key is found. */
  static final String KEY_SECRET = "5d41402abc4b2a76";

  /** Models of the workers: all start with the first; a fault rolls them to another and back. */
  static final List<String> MODELS = List.of("gemini-3.5-flash-lite", "gemini-3.8-flash");

  /** Short, so that the hot question's answer expires once a minute. */
  static final Duration CACHE_TTL = Duration.ofSeconds(60);

  static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private static final int MAX_IN_FLIGHT = 16;
  private static final int REQUESTS_PER_MINUTE = 600;
  private static final int MAX_ATTEMPTS = 4;
  private static final int PROBES = 2;
  private static final Duration RETRY_BACKOFF = Duration.ofMillis(500);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration SESSION = Duration.ofSeconds(6);

  static final List<String> JVM_ARGUMENTS =
      List.of(
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=logback.xml");

  private SoakSettings() {}

  static Map<String, String> environment(String geminiUrl, int redisPort, String redisPassword) {
    Map<String, String> settings = new HashMap<>();
    settings.put("ENVIRONMENT", "production");
    settings.put("CONTROL_TOKEN", CONTROL_TOKEN);
    settings.put("GOOGLE_GEMINI_BASE_URL", geminiUrl);
    settings.put("GEMINI_MODEL", MODELS.getFirst());
    settings.put("PARTITIONS", "6");
    settings.put("STREAM_THREADS", "2");
    // commits on three brokers are the largest cost, and all processes share two cores
    settings.put("KAFKA_COMMIT_INTERVAL_MS", "250");
    settings.put("GEMINI_MAX_IN_FLIGHT", Integer.toString(MAX_IN_FLIGHT));
    settings.put("GEMINI_REQUESTS_PER_MINUTE", Integer.toString(REQUESTS_PER_MINUTE));
    settings.put("GEMINI_TIMEOUT", seconds(CALL_TIMEOUT));
    settings.put("RETRY_MAX_ATTEMPTS", Integer.toString(MAX_ATTEMPTS));
    settings.put("RETRY_BACKOFF", RETRY_BACKOFF.toMillis() + "ms");
    settings.put("RETRY_BACKOFF_MAX", "5s");
    settings.put("REQUEST_TIMEOUT", seconds(REQUEST_TIMEOUT));
    settings.put("CIRCUIT_BREAKER_TIMEOUT", "5s");
    settings.put("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "5");
    settings.put("CIRCUIT_BREAKER_SUCCESS_THRESHOLD", Integer.toString(PROBES));
    settings.put("CACHE_TTL", seconds(CACHE_TTL));
    settings.put("CACHE_NEGATIVE_TTL", "10s");
    settings.put("SHUTDOWN_TIMEOUT", "15s");
    settings.put("REDIS_ENABLED", "true");
    settings.put("REDIS_HOST", "127.0.0.1");
    settings.put("REDIS_PORT", Integer.toString(redisPort));
    settings.put("REDIS_PASSWORD", redisPassword);
    return settings;
  }

  /** The same settings, for the guarantees that judge the run. */
  static Limits limits() {
    return new Limits(
        MAX_IN_FLIGHT,
        REQUESTS_PER_MINUTE,
        CALL_TIMEOUT,
        RETRY_BACKOFF,
        MAX_ATTEMPTS,
        PROBES,
        REQUEST_TIMEOUT,
        SESSION,
        Duration.ofSeconds(2),
        Duration.ofSeconds(30));
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "s";
  }
}
