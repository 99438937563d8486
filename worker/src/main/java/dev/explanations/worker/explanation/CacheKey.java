package dev.explanations.worker.explanation;

/**
 * Identifies an explanation: requests with equal keys get the same text.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record CacheKey(String value) {

  /**
   * SHA-256 over the canonical form of all that shapes the answer. Topic and subtopic keep their
   * case: {@code CO} is not {@code Co}. Education and language are compared without it.
   */
  public static CacheKey of(ExplanationRequest request, String model, String promptVersion) {
    return new CacheKey(
        Canonical.sha256(
            Canonical.exact(request.topic()),
            Canonical.exact(request.subtopic()),
            request.detail().wireName(),
            Canonical.caseless(request.education()),
            Canonical.caseless(request.language()),
            model,
            promptVersion));
  }

  @Override
  public String toString() {
    return value;
  }
}
