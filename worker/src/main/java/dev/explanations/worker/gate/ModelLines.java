package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Models in order of preference. Used under the dispatcher's lock only. */
record ModelLines(List<ModelLine> all) {

  static ModelLines of(Map<String, ExplanationModel> models, GateSettings settings, Clock clock) {
    return new ModelLines(
        models.entrySet().stream()
            .map(model -> ModelLine.of(model.getKey(), model.getValue(), settings, clock))
            .toList());
  }

  /** The model whose breaker has this name. */
  Optional<ModelLine> named(String breaker) {
    return all.stream().filter(line -> line.breaker().name().equals(breaker)).findFirst();
  }

  /** The model to be asked this prompt: one that takes it, else {@link #next(Instant)}. */
  @Nullable ModelLine next(Prompt prompt, Instant now) {
    for (ModelLine line : all) {
      if (line.takes(prompt, now)) {
        return line;
      }
    }
    return next(now);
  }

  /** The model to be asked next, which may be paused; {@code null} if no breaker admits a call. */
  @Nullable ModelLine next(Instant now) {
    ModelLine paused = null;
    for (ModelLine line : all) {
      if (!line.isSkipped(now)) {
        return line;
      }
      paused = paused == null && line.breaker().admits() ? line : paused;
    }
    return paused;
  }

  /** Whether no model takes the prompt, while one may take others. */
  boolean passesOver(Prompt prompt, Instant now) {
    boolean choosy = false;
    for (ModelLine line : all) {
      if (line.takes(prompt, now)) {
        return false;
      }
      choosy |= line.isChoosy(now);
    }
    return choosy;
  }

  /** Earliest time at which a breaker half-opens; {@link Instant#MAX} if that is unknown. */
  Instant openUntil() {
    return all.stream()
        .map(line -> line.breaker().openUntil())
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** When a model's state changes by time alone, or the other time if that is earlier. */
  Instant nextChange(Instant now, Instant other) {
    Instant change = other;
    for (ModelLine line : all) {
      change = line.nextChange(now, change);
    }
    return change;
  }

  /** Status of all breakers. */
  List<BreakerStatus> breakers() {
    return all.stream().map(line -> line.breaker().status()).toList();
  }
}
