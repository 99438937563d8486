package dev.explanations.worker.explanation;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request record, as in {@code schemas/result.schema.json}. In a rejected result
 * the fields of an invalid request are {@code null}.
 */
public record ExplanationResult(
    String requestId,
    Status status,
    @Nullable String topic,
    @Nullable String subtopic,
    @Nullable String detail,
    @Nullable String education,
    @Nullable String language,
    @Nullable String explanation,
    @Nullable ErrorCode error,
    @Nullable String errorDetail,
    @Nullable Source source,
    @Nullable String model,
    @Nullable String promptVersion,
    @Nullable Usage usage,
    int attempts,
    Instant requestedAt,
    Instant completedAt) {

  /** The text of every {@code unavailable} result: the guide's words, which users rely on. */
  public static final String FALLBACK =
      "Service temporarily unavailable. Please try again in a few moments.";

  /** The same without {@code errorDetail}. */
  public ExplanationResult withoutDetail() {
    return new ExplanationResult(
        requestId,
        status,
        topic,
        subtopic,
        detail,
        education,
        language,
        explanation,
        error,
        null,
        source,
        model,
        promptVersion,
        usage,
        attempts,
        requestedAt,
        completedAt);
  }

  public enum Status {
    EXPLAINED,
    UNAVAILABLE,
    REJECTED;

    /** The name used in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A complete answer. */
  public static ExplanationResult explained(
      ExplanationRequest request,
      Explanation explanation,
      Source source,
      int attempts,
      Instant requestedAt,
      Instant completedAt) {
    return new ExplanationResult(
        request.requestId(),
        Status.EXPLAINED,
        request.topic(),
        request.subtopic(),
        request.detail().wireName(),
        request.education(),
        request.language(),
        explanation.text(),
        null,
        null,
        source,
        explanation.model(),
        explanation.promptVersion(),
        explanation.usage(),
        attempts,
        requestedAt,
        completedAt);
  }

  /** The fallback, or the refusal of a request that was valid in form. */
  public static ExplanationResult failed(
      ExplanationRequest request,
      Status status,
      ErrorCode error,
      @Nullable String errorDetail,
      int attempts,
      Instant requestedAt,
      Instant completedAt) {
    return new ExplanationResult(
        request.requestId(),
        status,
        request.topic(),
        request.subtopic(),
        request.detail().wireName(),
        request.education(),
        request.language(),
        status == Status.UNAVAILABLE ? FALLBACK : null,
        error,
        errorDetail,
        null,
        null,
        null,
        null,
        attempts,
        requestedAt,
        completedAt);
  }

  /** The answer to a record that is no valid request. */
  public static ExplanationResult refused(
      String requestId, RequestFields fields, ErrorCode error, String errorDetail, Instant now) {
    return new ExplanationResult(
        requestId,
        Status.REJECTED,
        fields.topic(),
        fields.subtopic(),
        fields.detail(),
        fields.education(),
        fields.language(),
        null,
        error,
        errorDetail,
        null,
        null,
        null,
        null,
        0,
        now,
        now);
  }
}
