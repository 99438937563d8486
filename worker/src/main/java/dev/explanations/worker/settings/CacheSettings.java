package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.bool;
import static dev.explanations.worker.settings.Types.duration;
import static dev.explanations.worker.settings.Types.host;
import static dev.explanations.worker.settings.Types.integer;
import static dev.explanations.worker.settings.Types.password;
import static dev.explanations.worker.settings.Types.path;
import static dev.explanations.worker.settings.Types.text;

import dev.explanations.worker.settings.Setting.Group;
import dev.explanations.worker.settings.Settings.Environment;
import java.nio.file.Path;
import java.time.Duration;

/** The settings of the cache and of Redis, its optional second tier. */
final class CacheSettings {
  static final Group CACHE = new Group("Cache");
  static final Group REDIS = new Group("Redis");

  static final Setting<Duration> CACHE_TTL =
      CACHE.of(
          "CACHE_TTL",
          duration(Duration.ofMillis(10), Duration.ofDays(365)),
          "1h",
          "How long an explanation is used again.");
  static final Setting<Duration> CACHE_NEGATIVE_TTL =
      CACHE.of(
          "CACHE_NEGATIVE_TTL",
          duration(Duration.ZERO, Duration.ofDays(1)),
          "5m",
          "How long it is remembered that Gemini refuses a question; 0 is off.");
  static final Setting<Integer> CACHE_MAX_ENTRIES =
      CACHE.of(
          "CACHE_MAX_ENTRIES",
          integer(1, 1_000_000_000),
          "1000000",
          "Explanations in the state store, of all workers together; the oldest go first.");

  static final Setting<Boolean> REDIS_ENABLED =
      REDIS.of("REDIS_ENABLED", bool(), "false", "Use Redis behind the state store.");
  static final Setting<String> REDIS_HOST =
      REDIS.of("REDIS_HOST", host(), "localhost", "Where Redis is.");
  static final Setting<Integer> REDIS_PORT =
      REDIS.of("REDIS_PORT", integer(1, 65_535), "6379", "Its port.");
  static final Setting<Integer> REDIS_DB =
      REDIS.of("REDIS_DB", integer(0, 1_000_000), "0", "The number of the database.");
  static final Setting<String> REDIS_USERNAME =
      REDIS.optional(
          "REDIS_USERNAME",
          text("text without spaces", "[^\\s\\p{Cntrl}]{1,200}"),
          "The user; needs `REDIS_PASSWORD`.");
  static final Setting<Secret> REDIS_PASSWORD =
      REDIS.hidden(
          "REDIS_PASSWORD",
          password(),
          "The password; demanded when Redis is on and `ENVIRONMENT` is `production`.");
  static final Setting<Boolean> REDIS_TLS =
      REDIS.of("REDIS_TLS", bool(), "false", "Speak TLS with Redis.");
  static final Setting<Path> REDIS_CA_FILE =
      REDIS.derived(
          "REDIS_CA_FILE",
          path(),
          "the authorities that the Java runtime trusts",
          "A PEM file with the authorities that may have signed Redis' certificate.");
  static final Setting<Duration> REDIS_TIMEOUT =
      REDIS.of(
          "REDIS_TIMEOUT",
          duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
          "100ms",
          "How long Redis may take to connect or to answer; after it, life goes on without.");

  private CacheSettings() {}

  static Settings.Cache cache(Values values) {
    return new Settings.Cache(
        values.get(CACHE_TTL), values.get(CACHE_NEGATIVE_TTL), values.get(CACHE_MAX_ENTRIES));
  }

  static Settings.Redis redis(Values values, Environment environment) {
    Settings.Redis redis =
        new Settings.Redis(
            values.get(REDIS_ENABLED),
            values.get(REDIS_HOST),
            values.get(REDIS_PORT),
            values.get(REDIS_DB),
            values.find(REDIS_USERNAME),
            values.find(REDIS_PASSWORD),
            values.get(REDIS_TLS),
            values.find(REDIS_CA_FILE),
            values.get(REDIS_TIMEOUT));
    boolean protectedByPassword = redis.password() != null;
    values.require(
        redis.username() == null || protectedByPassword,
        "REDIS_USERNAME is set, but REDIS_PASSWORD is not: must be set together",
        REDIS_USERNAME,
        REDIS_PASSWORD);
    values.require(
        redis.caFile() == null || redis.tls(),
        "REDIS_CA_FILE is set, but REDIS_TLS is not: must be true",
        REDIS_CA_FILE,
        REDIS_TLS);
    values.require(
        !redis.enabled() || environment != Environment.PRODUCTION || protectedByPassword,
        "REDIS_PASSWORD is not set: must be set when REDIS_ENABLED=true and"
            + " ENVIRONMENT=production",
        REDIS_PASSWORD,
        REDIS_ENABLED,
        OpsSettings.ENVIRONMENT);
    return redis;
  }
}
