package dev.explanations.worker.contract.request;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.RequestFields;
import org.jspecify.annotations.Nullable;

public sealed interface Decoded {

  /** A request within all limits of its schema, defaults filled in. */
  record Valid(ExplanationRequest request) implements Decoded {}

  /**
   * Not a request.
   *
   * @param detail for the producer: the fields at fault and what is allowed, at most 500 characters
   * @param fields those that are valid
   * @param requestId the id a rejected result can be addressed to; {@code null} when there is none
   */
  record Invalid(ErrorCode code, String detail, @Nullable String requestId, RequestFields fields)
      implements Decoded {}
}
