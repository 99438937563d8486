package dev.explanations.worker.explanation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request record, as in {@code schemas/result.schema.json}.
 *
 * @param explanation {@code null} unless the status is {@code EXPLAINED}
 * @param source {@code null} unless the status is {@code EXPLAINED}
 * @param cost of the calls that were made for this request, failed ones included; {@code null} if
 *     that of any is unknown
 */
public record ExplanationResult(
    String requestId,
    Status status,
    RequestFields request,
    @Nullable Explanation explanation,
    @Nullable ErrorCode error,
    @Nullable String errorDetail,
    @Nullable Source source,
    @Nullable Usd cost,
    int attempts,
    Instant requestedAt,
    Instant completedAt) {

  /** The text of every {@code unavailable} result: the guide's words, which users rely on. */
  public static final String FALLBACK =
      "Service temporarily unavailable. Please try again in a few moments.";

  public enum Status implements WireName {
    EXPLAINED,
    UNAVAILABLE,
    REJECTED
  }

  /** The explanation's text, or the fallback; {@code null} in a rejected result. */
  public @Nullable String text() {
    return status == Status.UNAVAILABLE
        ? FALLBACK
        : explanation == null ? null : explanation.text();
  }

  public ExplanationResult withoutErrorDetail() {
    return new ExplanationResult(
        requestId,
        status,
        request,
        explanation,
        error,
        null,
        source,
        cost,
        attempts,
        requestedAt,
        completedAt);
  }

  /** A complete answer. */
  public static ExplanationResult explained(
      ExplanationRequest request,
      Explanation explanation,
      Source source,
      @Nullable Usd cost,
      int attempts,
      Instant requestedAt,
      Instant completedAt) {
    return new ExplanationResult(
        request.requestId(),
        Status.EXPLAINED,
        RequestFields.of(request),
        explanation,
        null,
        null,
        source,
        cost,
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
      @Nullable Usd cost,
      int attempts,
      Instant requestedAt,
      Instant completedAt) {
    return new ExplanationResult(
        request.requestId(),
        status,
        RequestFields.of(request),
        null,
        error,
        errorDetail,
        null,
        cost,
        attempts,
        requestedAt,
        completedAt);
  }

  /** The answer to a record that is no valid request. */
  public static ExplanationResult invalid(
      String requestId, RequestFields request, ErrorCode error, String errorDetail, Instant now) {
    return new ExplanationResult(
        requestId, Status.REJECTED, request, null, error, errorDetail, null, Usd.ZERO, 0, now, now);
  }
}
