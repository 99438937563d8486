package dev.explanations.worker.gemini;

import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import java.util.function.Consumer;

/** A language model that answers prompts. Implementations are thread-safe. */
@FunctionalInterface
public interface ExplanationModel {

  /**
   * Makes one call and waits for what comes of it, at most for the call timeout. Never retries and
   * never throws: every failure is an outcome. An interrupt ends the call early with {@link
   * Outcome.Unavailable}, the thread's interrupt flag set. Called on virtual threads.
   *
   * @param watcher told how the call went, even if it was not made: called once at most, before the
   *     return, by the same thread
   */
  Outcome explain(Prompt prompt, Consumer<CallDetails> watcher);

  /** The same without a watcher. */
  default Outcome explain(Prompt prompt) {
    return explain(prompt, details -> {});
  }

  /** Several outcomes together say that the model is misconfigured. Does not wait. */
  default void misconfigured(Outcome.Misconfigured finding) {}
}
