package dev.explanations.worker.explanation;

/**
 * A complete answer (finish reason STOP); nothing else is ever represented by this type, so
 * whatever holds one may cache it.
 *
 * @param model the model that answered, as Gemini names it in the response
 */
public record Explanation(String text, String model, String promptVersion, Usage usage) {}
