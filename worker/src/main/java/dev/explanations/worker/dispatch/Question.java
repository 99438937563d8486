package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.tracing.TraceContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A question to the model.
 *
 * @param hashes hashes by which a command may invalidate the explanation
 * @param earliestCall begin of the oldest call whose answer will do; {@code null} is any
 * @param mayBeShared whether the shared cache may have the answer
 * @param trace trace context of the request that starts the flight; {@code null} without tracing
 */
public record Question(
    Prompt prompt,
    FoldedHashes hashes,
    @Nullable Instant earliestCall,
    boolean mayBeShared,
    @Nullable TraceContext trace) {

  /** A question for which any answer will do. */
  public Question(Prompt prompt, FoldedHashes hashes, @Nullable TraceContext trace) {
    this(prompt, hashes, null, true, trace);
  }
}
