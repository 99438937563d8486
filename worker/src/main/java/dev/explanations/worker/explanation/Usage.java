package dev.explanations.worker.explanation;

/**
 * Tokens that one call cost, as Gemini counted them.
 *
 * @param outputTokens answer and thoughts together: both are billed as output
 */
public record Usage(int promptTokens, int outputTokens, int totalTokens) {

  /** Nothing was counted: no call was made, or its answer did not come. */
  public static final Usage NONE = new Usage(0, 0, 0);
}
