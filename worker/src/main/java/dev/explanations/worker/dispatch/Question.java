package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A question to the model.
 *
 * @param hashes hashes by which a command may invalidate the explanation
 * @param trace trace context of the request that starts the flight; {@code null} without tracing
 */
public record Question(Prompt prompt, FoldedHashes hashes, @Nullable TraceContext trace) {
  public Question(Prompt prompt, FoldedHashes hashes) {
    this(prompt, hashes, null);
  }
}
