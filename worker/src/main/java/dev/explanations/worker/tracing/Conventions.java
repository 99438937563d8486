package dev.explanations.worker.tracing;

import dev.explanations.worker.gemini.CallDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Names of OpenTelemetry's semantic conventions for generative AI and for messaging, as of {@link
 * #VERSION}, and the names of the worker's own attributes. Both conventions are still in
 * development there: later versions have moved the first to a repository of their own and rename
 * parts of the second. Prompts and answers are never told.
 */
public final class Conventions {

  /** Of the conventions; the last with both in one place. */
  static final String VERSION = "1.41.1";

  static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.0";

  static final String ERROR_TYPE = "error.type";
  static final String SERVER_ADDRESS = "server.address";
  static final String SERVER_PORT = "server.port";

  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String RESPONSE_ID = "gen_ai.response.id";
  static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
  static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
  static final String CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens";
  static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";

  static final String OPERATION_DURATION = "gen_ai.client.operation.duration";
  static final String TOKEN_USAGE = "gen_ai.client.token.usage";
  static final String TOKEN_TYPE = "gen_ai.token.type";

  /** In seconds: 0.01, doubled up to 81.92. */
  static final List<Double> DURATION_BUCKETS =
      DoubleStream.iterate(1, it -> it * 2).limit(14).map(it -> it / 100).boxed().toList();

  /** Powers of 4, up to 67,108,864. */
  static final List<Long> TOKEN_BUCKETS =
      LongStream.iterate(1, it -> it * 4).limit(14).boxed().toList();

  static final String SYSTEM = "messaging.system";
  static final String MESSAGING_OPERATION = "messaging.operation.name";
  static final String MESSAGING_OPERATION_TYPE = "messaging.operation.type";
  static final String DESTINATION = "messaging.destination.name";
  static final String PARTITION = "messaging.destination.partition.id";
  static final String OFFSET = "messaging.kafka.offset";
  static final String GROUP = "messaging.consumer.group.name";

  private static final String GENERATE_CONTENT = "generate_content";
  private static final String PROCESS = "process";
  private static final String SEND = "send";

  private static final String CACHE_KEY = "explanation.cache_key";
  private static final String ORIGIN = "explanation.origin";
  private static final String STATUS = "explanation.status";

  private Conventions() {}

  /**
   * Attributes of an intake.
   *
   * @param origin the record's place as results have it
   */
  public static Map<String, Object> takenIn(
      String topic, int partition, long offset, String group, String origin) {
    return Map.of(
        SYSTEM, "kafka",
        MESSAGING_OPERATION, PROCESS,
        MESSAGING_OPERATION_TYPE, PROCESS,
        DESTINATION, topic,
        PARTITION, Integer.toString(partition),
        OFFSET, offset,
        GROUP, group,
        ORIGIN, origin);
  }

  /** Attributes of a wait. */
  public static Map<String, Object> waited(String cacheKey) {
    return Map.of(CACHE_KEY, cacheKey);
  }

  /** Attributes of an emission. Partition and offset are not known before Kafka has the record. */
  public static Map<String, Object> emitted(String topic, String status) {
    return Map.of(
        SYSTEM, "kafka",
        MESSAGING_OPERATION, SEND,
        MESSAGING_OPERATION_TYPE, SEND,
        DESTINATION, topic,
        STATUS, status);
  }

  /**
   * Attributes of a call.
   *
   * @param details {@code null} if they are not known
   */
  public static Map<String, Object> called(String cacheKey, @Nullable CallDetails details) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put(CACHE_KEY, cacheKey);
    attributes.put(OPERATION, GENERATE_CONTENT);
    if (details != null) {
      attributes.put(PROVIDER, name(details.provider()));
      attributes.put(REQUEST_MODEL, details.model());
      if (details.server() != null) {
        attributes.put(SERVER_ADDRESS, details.server().host());
        attributes.put(SERVER_PORT, (long) details.server().port());
      }
      if (details.httpStatus() != null) {
        attributes.put(ERROR_TYPE, details.httpStatus().toString());
      }
      if (details.response() != null) {
        put(attributes, details.response());
      }
    }
    return attributes;
  }

  private static void put(Map<String, Object> attributes, CallDetails.Response response) {
    if (!response.model().isEmpty()) {
      attributes.put(RESPONSE_MODEL, response.model());
    }
    if (!response.id().isEmpty()) {
      attributes.put(RESPONSE_ID, response.id());
    }
    if (!response.finishReason().isEmpty()) {
      // in lower case, as in the conventions' examples
      attributes.put(FINISH_REASONS, List.of(response.finishReason().toLowerCase(Locale.ROOT)));
    }
    if (response.usage().totalTokens() > 0) {
      attributes.put(INPUT_TOKENS, (long) response.usage().promptTokens());
      attributes.put(OUTPUT_TOKENS, (long) response.usage().outputTokens());
    }
    if (response.cachedTokens() > 0) {
      attributes.put(CACHED_TOKENS, (long) response.cachedTokens());
    }
    if (response.thoughtTokens() > 0) {
      attributes.put(REASONING_TOKENS, (long) response.thoughtTokens());
    }
  }

  private static String name(CallDetails.Provider provider) {
    return switch (provider) {
      case DEVELOPER_API -> "gcp.gemini";
      case VERTEX_AI -> "gcp.vertex_ai";
    };
  }

  /** The operation, and what it was done to as far as that is known. */
  static String spanName(Step step) {
    return switch (step.kind()) {
      case INTAKE -> PROCESS + of(step, DESTINATION);
      case WAIT -> "wait";
      case CALL -> GENERATE_CONTENT + of(step, REQUEST_MODEL);
      case EMIT -> SEND + of(step, DESTINATION);
    };
  }

  private static String of(Step step, String attribute) {
    Object value = step.attributes().get(attribute);
    return value == null ? "" : " " + value;
  }
}
