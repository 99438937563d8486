package dev.explanations.worker.explanation;

/**
 * Identifies a question in every spelling of it, whichever model answers: its requests meet in one
 * partition, and its explanations are invalidated together. Requests of one {@link CacheKey} have
 * one question hash; the reverse does not hold.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record QuestionHash(String value) {

  /** SHA-256 over the folded form of the fields that name an explanation. */
  public static QuestionHash of(ExplanationRequest request) {
    return new QuestionHash(
        Canonical.sha256(
            Canonical.folded(request.topic()),
            Canonical.folded(request.subtopic()),
            request.detail().wireName(),
            Canonical.folded(request.education()),
            Canonical.folded(request.language())));
  }

  @Override
  public String toString() {
    return value;
  }
}
