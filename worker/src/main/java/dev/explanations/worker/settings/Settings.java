package dev.explanations.worker.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, validated. One record per part of the worker, so that each is given only its own.
 */
public record Settings(
    Environment environment,
    Kafka kafka,
    Topics topics,
    Streams streams,
    Gemini gemini,
    Policy policy,
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
   * @param properties what {@code KAFKA_*} passes through, by property name, for all clients alike
   */
  public record Kafka(String bootstrapServers, Map<String, String> properties) {
    /** Names only: values may be passwords. */
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
   * @param instanceId {@code null}: a random one kept in a file in {@code stateDir}
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
   * @param maxOutputTokens of an answer; {@code null}: derived from its prompt, 0: no limit
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

  /** By the scheme of the URL that is asked; {@code null} is none. */
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
   * @param prompt {@code null} is the one in the jar
   * @param candidate {@code null} is none
   * @param prices {@code null} are those in the jar
   */
  public record Policy(@Nullable Path prompt, @Nullable Path candidate, @Nullable Path prices) {}

  public record Redis(
      boolean enabled,
      String host,
      int port,
      int database,
      @Nullable String username,
      @Nullable Secret password,
      boolean tls,
      Duration timeout) {}

  /**
   * @param negativeTtl of what the model refuses to explain; zero: not remembered
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

  /** Port 0 is any free port. */
  public record Http(String host, int port, @Nullable Secret controlToken) {}
}
