package dev.explanations.worker.explanation;

/**
 * Hashes by which an invalidation finds an explanation: rather too much than too little, so both
 * are equal for all spellings.
 *
 * @param topic the value of a {@link TopicHash}
 * @param question the value of a {@link QuestionHash}
 */
public record FoldedHashes(String topic, String question) {

  /** Found by no invalidation. */
  public static final FoldedHashes NONE = new FoldedHashes("", "");

  public static FoldedHashes of(ExplanationRequest request) {
    return new FoldedHashes(
        TopicHash.of(request.topic()).value(), QuestionHash.of(request).value());
  }
}
