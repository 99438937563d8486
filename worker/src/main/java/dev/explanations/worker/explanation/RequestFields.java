package dev.explanations.worker.explanation;

import org.jspecify.annotations.Nullable;

/** Request fields that a result repeats; a field is {@code null} if it was invalid. */
public record RequestFields(
    @Nullable String topic,
    @Nullable String subtopic,
    @Nullable String detail,
    @Nullable String education,
    @Nullable String language) {

  public static final RequestFields NONE = new RequestFields(null, null, null, null, null);

  /** All fields of a request that was valid in form. */
  public static RequestFields of(ExplanationRequest request) {
    return new RequestFields(
        request.topic(),
        request.subtopic(),
        request.detail().wireName(),
        request.education(),
        request.language());
  }
}
