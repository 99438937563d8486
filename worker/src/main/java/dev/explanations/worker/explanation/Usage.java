package dev.explanations.worker.explanation;

/**
 * Tokens that one call cost, as Gemini counted them; a count below zero is none.
 *
 * @param outputTokens answer and thoughts together: both are billed as output
 */
public record Usage(int promptTokens, int outputTokens, int totalTokens) {

  /** Nothing was counted: no call was made, or its answer did not come. */
  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage {
    promptTokens = Math.max(0, promptTokens);
    outputTokens = Math.max(0, outputTokens);
    totalTokens = Math.max(0, totalTokens);
  }
}
