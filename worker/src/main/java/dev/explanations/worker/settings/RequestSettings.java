package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.bool;
import static dev.explanations.worker.settings.Types.bytes;
import static dev.explanations.worker.settings.Types.duration;
import static dev.explanations.worker.settings.Types.integer;

import dev.explanations.worker.settings.Setting.Group;
import dev.explanations.worker.settings.Settings.Environment;
import java.time.Duration;

/** Settings of requests, retries and the circuit breaker. */
final class RequestSettings {
  static final Group REQUESTS = new Group("Requests and retries");
  static final Group CIRCUIT_BREAKER = new Group("Circuit breaker");

  static final Setting<Duration> REQUEST_TIMEOUT =
      REQUESTS.of(
          "REQUEST_TIMEOUT",
          duration(Duration.ofMillis(100), Duration.ofDays(7)),
          "15m",
          "The deadline of a request that names none, counted from its arrival.");
  static final Setting<Integer> RETRY_MAX_ATTEMPTS =
      REQUESTS.of(
          "RETRY_MAX_ATTEMPTS",
          integer(1, 1_000),
          "6",
          "Failed calls after which a request is given up; waiting for a quota, a key or the"
              + " breaker does not count.");
  static final Setting<Duration> RETRY_BACKOFF =
      REQUESTS.of(
          "RETRY_BACKOFF",
          duration(Duration.ofMillis(1), Duration.ofDays(1)),
          "1s",
          "The longest wait after the first failure; doubles with each.");
  static final Setting<Duration> RETRY_BACKOFF_MAX =
      REQUESTS.of(
          "RETRY_BACKOFF_MAX",
          duration(Duration.ofMillis(1), Duration.ofDays(1)),
          "60s",
          "The longest wait after any failure.");
  static final Setting<Integer> MAX_PENDING =
      REQUESTS.of(
          "MAX_PENDING",
          integer(1, 1_000_000_000),
          "1000000",
          "Requests that may wait, per worker; above it new ones are answered `unavailable`.");
  static final Setting<Integer> MAX_REQUEST_BYTES =
      REQUESTS.of(
          "MAX_REQUEST_BYTES",
          bytes(1024, 768 * 1024),
          "64kB",
          "Key, value and headers of a request together; a larger one is a dead letter.");

  static final Setting<Integer> REDRIVE_MAX_REPLAYS =
      REQUESTS.of(
          "REDRIVE_MAX_REPLAYS",
          integer(1, 1_000),
          "3",
          "How often a request may be sent back from the dead letters.");

  static final Setting<Boolean> CIRCUIT_BREAKER_ENABLED =
      CIRCUIT_BREAKER.of(
          "CIRCUIT_BREAKER_ENABLED", bool(), "true", "Stop calling Gemini while it keeps failing.");
  static final Setting<Integer> CIRCUIT_BREAKER_FAILURE_THRESHOLD =
      CIRCUIT_BREAKER.derived(
          "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
          integer(1, 10_000),
          "5 (production: 3)",
          "Consecutive failures that open the breaker.");
  static final Setting<Duration> CIRCUIT_BREAKER_TIMEOUT =
      CIRCUIT_BREAKER.derived(
          "CIRCUIT_BREAKER_TIMEOUT",
          duration(Duration.ofMillis(10), Duration.ofDays(1)),
          "60s (production: 30s)",
          "How long it stays open before it lets probes through.");
  static final Setting<Integer> CIRCUIT_BREAKER_SUCCESS_THRESHOLD =
      CIRCUIT_BREAKER.of(
          "CIRCUIT_BREAKER_SUCCESS_THRESHOLD",
          integer(1, 10_000),
          "2",
          "Successful probes that close it.");

  private RequestSettings() {}

  static Settings.Requests requests(Values values) {
    Duration backoff = values.get(RETRY_BACKOFF);
    Duration backoffMax = values.get(RETRY_BACKOFF_MAX);
    values.require(
        backoff.compareTo(backoffMax) <= 0,
        "RETRY_BACKOFF=%s: must be at most RETRY_BACKOFF_MAX (%s)"
            .formatted(Types.shown((Object) backoff), Types.shown((Object) backoffMax)),
        RETRY_BACKOFF,
        RETRY_BACKOFF_MAX);
    return new Settings.Requests(
        values.get(RETRY_MAX_ATTEMPTS),
        backoff,
        backoffMax,
        values.get(REQUEST_TIMEOUT),
        values.get(MAX_PENDING),
        values.get(MAX_REQUEST_BYTES));
  }

  static Settings.Redrive redrive(Values values) {
    return new Settings.Redrive(values.get(REDRIVE_MAX_REPLAYS));
  }

  static Settings.CircuitBreaker circuitBreaker(Values values, Environment environment) {
    boolean production = environment == Environment.PRODUCTION;
    return new Settings.CircuitBreaker(
        values.get(CIRCUIT_BREAKER_ENABLED),
        values.getOr(CIRCUIT_BREAKER_FAILURE_THRESHOLD, production ? 3 : 5),
        values.getOr(CIRCUIT_BREAKER_TIMEOUT, Duration.ofSeconds(production ? 30 : 60)),
        values.get(CIRCUIT_BREAKER_SUCCESS_THRESHOLD));
  }
}
