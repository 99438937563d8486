package dev.explanations.lab.submit;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a result record that the ledger needs.
 *
 * @param arrivalNanos {@link System#nanoTime} when it was read
 */
public record Result(
    String requestId,
    String status,
    @Nullable String source,
    @Nullable String error,
    int attempts,
    long arrivalNanos) {

  static Result of(JsonNode body, long arrivalNanos) {
    return new Result(
        body.path("requestId").asText(),
        body.path("status").asText().intern(),
        text(body, "source"),
        text(body, "error"),
        body.path("attempts").asInt(),
        arrivalNanos);
  }

  /** Interned: there are few of them, and a load test keeps a million results. */
  private static @Nullable String text(JsonNode body, String field) {
    JsonNode value = body.path(field);
    return value.isTextual() ? value.asText().intern() : null;
  }
}
