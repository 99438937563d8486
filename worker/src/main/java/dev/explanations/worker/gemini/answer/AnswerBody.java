package dev.explanations.worker.gemini.answer;

import dev.explanations.worker.explanation.Usage;

/**
 * The fields of a 200 that the worker uses, each empty or 0 where the body has none of its type.
 *
 * @param origin whose answer the body is
 * @param defect why the body could not be read to its end; empty if it was
 * @param error the message of the error that came instead of an answer; empty if none did
 * @param blockReason why the prompt was blocked, as an enum name
 * @param finishReason why the first candidate ended, as an enum name
 * @param text of the first candidate, without thoughts; may be cut above {@link
 *     GeminiAnswers#MAX_TEXT}
 * @param model as Gemini names it
 * @param id as Gemini gave it to this answer
 * @param thoughtTokens a part of the output
 * @param cachedTokens a part of the prompt
 */
public record AnswerBody(
    Origin origin,
    String defect,
    String error,
    String blockReason,
    String finishReason,
    String text,
    String model,
    String id,
    Usage usage,
    int thoughtTokens,
    int cachedTokens) {

  enum Origin {
    /** An object with a field that Gemini's answers have. */
    GEMINI,
    /** Nothing, or an object without fields. */
    EMPTY,
    /** An error, a page, or the JSON of another service. */
    FOREIGN
  }
}
