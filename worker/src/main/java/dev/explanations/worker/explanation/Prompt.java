package dev.explanations.worker.explanation;

import org.jspecify.annotations.Nullable;

/**
 * Texts and limits with which Gemini is asked for one explanation.
 *
 * @param version version of the {@link PromptTemplate}
 */
public record Prompt(String version, String systemInstruction, String userText, Limits limits) {

  /**
   * Bounds of one answer.
   *
   * @param maxOutputTokens thoughts included; {@code null} leaves it to {@code
   *     GEMINI_MAX_OUTPUT_TOKENS}
   * @param thinking {@code null} leaves it to the model
   */
  public record Limits(
      int maxWords, @Nullable Integer maxOutputTokens, @Nullable Thinking thinking) {}
}
