package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What is to be answered.
 *
 * @param hashes by which its explanation may be invalidated
 * @param trace of the request that asks first, if it has one
 */
public record Question(Prompt prompt, FoldedHashes hashes, @Nullable TraceContext trace) {
  public Question(Prompt prompt, FoldedHashes hashes) {
    this(prompt, hashes, null);
  }
}
