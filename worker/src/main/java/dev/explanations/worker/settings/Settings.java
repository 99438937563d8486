package dev.explanations.worker.settings;

import dev.explanations.worker.explanation.Usd;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, validated. One record per part of the worker, so that each part gets only its own
 * settings.
 */
public record Settings(
    Environment environment,
    Kafka kafka,
    Topics topics,
    Streams streams,
    Gemini gemini,
    Policy policy,
    Budget budget,
    Redis redis,
    Cache cache,
    CircuitBreaker circuitBreaker,
    Requests requests,
    Redrive redrive,
    Http http,
    Tracing tracing) {

  public enum Environment {
    DEVELOPMENT,
    PRODUCTION
  }

  /**
   * @param properties passed through from {@code KAFKA_*}, by property name; all clients get all of
   *     them
   */
  public record Kafka(String bootstrapServers, Map<String, String> properties) {
    /** Shows the names of the properties only: values may be passwords. */
    @Override
    public String toString() {
      return "Kafka[bootstrapServers=" + bootstrapServers + ", " + properties.keySet() + "]";
    }
  }

  /** Topic names, and how the worker creates those that are missing. */
  public record Topics(
      String requests,
      String results,
      String retries,
      String deadLetters,
      String outcomes,
      String control,
      int partitions,
      short replicationFactor) {}

  /**
   * @param instanceId {@code null} for a random one, kept in a file in {@code stateDir}
   */
  public record Streams(
      String applicationId,
      int threads,
      Path stateDir,
      @Nullable String instanceId,
      boolean leaveOnStop,
      Duration shutdownTimeout) {}

  /**
   * @param credentials how the SDK authenticates
   * @param maxOutputTokens limit for one answer; {@code null}: derived from its prompt, 0: no limit
   * @param requestsPerMinute 0 is no limit
   * @param tokensPerMinute 0 is no limit
   */
  public record Gemini(
      Credentials credentials,
      @Nullable String baseUrl,
      String apiVersion,
      Proxies proxies,
      String model,
      List<String> fallbackModels,
      Duration timeout,
      @Nullable Integer maxOutputTokens,
      int maxInFlight,
      int requestsPerMinute,
      int tokensPerMinute) {}

  /**
   * Proxies by the scheme of the called URL; {@code null} is no proxy. {@code none} lists the hosts
   * that are reached without one.
   */
  public record Proxies(@Nullable Proxy https, @Nullable Proxy http, NoProxy none) {
    public static final Proxies NONE = new Proxies(null, null, NoProxy.NONE);
  }

  public sealed interface Credentials {
    record DeveloperApi(Secret apiKey) implements Credentials {}

    /** Vertex AI, by application default credentials or (express mode) by key. */
    record VertexAi(@Nullable String project, @Nullable String location, @Nullable Secret apiKey)
        implements Credentials {}
  }

  /**
   * @param prompt {@code null} for the prompt in the jar
   * @param candidate {@code null} for no candidate
   * @param prices {@code null} for the prices in the jar
   */
  public record Policy(@Nullable Path prompt, @Nullable Path candidate, @Nullable Path prices) {}

  /**
   * Limits of what all workers together spend; zero is none.
   *
   * @param zone where days and months begin
   */
  public record Budget(Usd perDay, Usd perMonth, ZoneId zone) {}

  /**
   * @param caFile authorities as PEM; {@code null} for those that the JVM trusts
   */
  public record Redis(
      boolean enabled,
      String host,
      int port,
      int database,
      @Nullable String username,
      @Nullable Secret password,
      boolean tls,
      @Nullable Path caFile,
      Duration timeout) {}

  /**
   * @param negativeTtl how long a refusal of the model is remembered; zero: not at all
   * @param maxEntries for the whole application, not for one worker
   */
  public record Cache(Duration ttl, Duration negativeTtl, int maxEntries) {}

  public record CircuitBreaker(
      boolean enabled, int failureThreshold, Duration timeout, int successThreshold) {}

  /** How long and how often a request is tried, and how much may wait. */
  public record Requests(
      int maxAttempts,
      Duration backoff,
      Duration backoffMax,
      Duration timeout,
      int maxPending,
      int maxBytes) {}

  /** How often a request may be sent back from the dead letters. */
  public record Redrive(int maxReplays) {}

  /** The collector's endpoint, without the path for traces. */
  public record Tracing(boolean enabled, String endpoint) {}

  /**
   * Port 0 is any free port.
   *
   * @param controlToken for commands and everything that is read
   * @param readToken for what is read only
   * @param advertised address at which readers reach this worker; {@code null} if it tells them
   *     none
   */
  public record Http(
      String host,
      int port,
      @Nullable Token controlToken,
      @Nullable Token readToken,
      @Nullable URI advertised) {}

  /**
   * A token of HTTP callers.
   *
   * @param file that holds it, and is watched; {@code null} if it came from none
   */
  public record Token(Secret secret, @Nullable TokenFile file) {}
}
