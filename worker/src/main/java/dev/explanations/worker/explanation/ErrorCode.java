package dev.explanations.worker.explanation;

import java.util.Arrays;
import java.util.Optional;

/** Every value of {@code error} in a result and of {@code explanation-reason} on a dead letter. */
public enum ErrorCode implements WireName {
  /** Not JSON, or against the request's schema. */
  INVALID_REQUEST,
  /** Key, value and headers together exceed {@code MAX_REQUEST_BYTES}. */
  REQUEST_TOO_LARGE,
  /** Gemini refused the prompt or withheld the answer. */
  CONTENT_BLOCKED,
  /** Gemini refused this request: 400 (no setting at fault), 413, 414, 422 or 431. */
  MODEL_REJECTED,
  /** Every model's circuit breaker is open. */
  CIRCUIT_BREAKER_OPEN,
  /** Gemini answered 5xx or an unexpected status, or it could not be reached. */
  MODEL_UNAVAILABLE,
  /** No complete answer within {@code GEMINI_TIMEOUT}. */
  MODEL_TIMEOUT,
  /** MAX_TOKENS, an empty answer, or one that cannot be parsed. */
  INCOMPLETE_ANSWER,
  /** Gemini answered 429, or a lost call could not be repeated within the rate limits. */
  RATE_LIMITED,
  /** Gemini answered 429 for the day's quota or a spend cap. */
  QUOTA_EXHAUSTED,
  /**
   * The key is refused, the model does not exist or refuses every question, or the proxy, the base
   * URL or the billing is wrong.
   */
  MISCONFIGURED,
  /** The application has spent its budget of the day or of the month. */
  BUDGET_EXHAUSTED,
  /** The explanation is larger than what the results topic takes. */
  RESULT_TOO_LARGE,
  /** More than {@code MAX_PENDING} requests wait on this worker. */
  OVERLOADED,
  /** The worker itself failed over it, which is a defect; see the worker's log. */
  INTERNAL_ERROR,
  /** The deadline passed before any attempt had failed. */
  DEADLINE_EXCEEDED;

  /** The inverse of {@link #wireName}; empty when there is no such code. */
  public static Optional<ErrorCode> ofWireName(String name) {
    return Arrays.stream(values()).filter(code -> code.wireName().equals(name)).findFirst();
  }
}
