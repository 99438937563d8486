package dev.explanations.worker.explanation;

import org.jspecify.annotations.Nullable;

/**
 * Request as Gemini gets it.
 *
 * @param version of the template that it was made from
 */
public record Prompt(String version, String systemInstruction, String userText, Limits limits) {

  /**
   * Bounds of one answer.
   *
   * @param maxOutputTokens thoughts included; {@code null} is the settings' choice
   * @param thinking {@code null} is the model's default
   */
  public record Limits(
      int maxWords, @Nullable Integer maxOutputTokens, @Nullable Thinking thinking) {}
}
