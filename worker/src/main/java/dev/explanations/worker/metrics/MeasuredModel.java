package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the calls of a model, and counts their tokens and cost. Thread-safe.
 *
 * @param counts by version of the prompt, for every version that this worker uses
 */
record MeasuredModel(ExplanationModel model, Map<String, CallCounts> counts)
    implements ExplanationModel {

  @Override
  public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
    CallCounts counted = Objects.requireNonNull(counts.get(prompt.version()));
    counted.started.increment();
    long begin = System.nanoTime();
    AtomicReference<@Nullable CallDetails> told = new AtomicReference<>();
    Outcome outcome = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "the call broke off");
    try {
      outcome =
          model.explain(
              prompt,
              details -> {
                told.set(details);
                watcher.accept(details);
              });
    } finally {
      counted.ended(outcome, told.get(), System.nanoTime() - begin);
    }
    return outcome;
  }
}
