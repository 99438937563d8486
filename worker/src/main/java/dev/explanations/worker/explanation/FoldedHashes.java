package dev.explanations.worker.explanation;

/**
 * Hashes by which invalidations find an explanation, equal for all spellings: too many matches are
 * safe, too few are not. Each has 64 lower-case hexadecimal digits.
 */
public record FoldedHashes(String topic, String question) {

  /** Matched by no invalidation. */
  public static final FoldedHashes NONE = new FoldedHashes("", "");

  public static FoldedHashes of(ExplanationRequest request) {
    return new FoldedHashes(ofTopic(request.topic()), ofQuestion(request));
  }

  /** SHA-256 over the folded form: all explanations of a topic are invalidated together. */
  public static String ofTopic(String topic) {
    return Canonical.sha256(Canonical.folded(topic));
  }

  /**
   * SHA-256 over the folded form of the fields that name an explanation, whichever model answers:
   * its requests meet in one partition, and its explanations are invalidated together. Requests of
   * one {@link CacheKey} have one question hash; the reverse does not hold.
   */
  public static String ofQuestion(ExplanationRequest request) {
    return Canonical.sha256(
        Canonical.folded(request.topic()),
        Canonical.folded(request.subtopic()),
        request.detail().wireName(),
        Canonical.folded(request.education()),
        Canonical.folded(request.language()));
  }
}
