package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts and times the calls of a model, and counts their tokens. Thread-safe. */
record MeasuredModel(
    ExplanationModel model, Meters meters, Counter started, Map<CallEnd, Counter> ended)
    implements ExplanationModel {

  @Override
  public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
    started.increment();
    long begin = System.nanoTime();
    AtomicReference<@Nullable CallDetails> told = new AtomicReference<>();
    Outcome outcome;
    try {
      outcome =
          model.explain(
              prompt,
              details -> {
                told.set(details);
                watcher.accept(details);
              });
    } catch (RuntimeException | Error e) {
      Objects.requireNonNull(ended.get(CallEnd.UNAVAILABLE)).increment();
      throw e;
    }
    meters.callDuration.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    Objects.requireNonNull(ended.get(CallEnd.of(outcome))).increment();
    meters.promptTokens.increment(outcome.usage().promptTokens());
    meters.outputTokens.increment(outcome.usage().outputTokens());
    meters.billed(outcome, told.get());
    return outcome;
  }
}
