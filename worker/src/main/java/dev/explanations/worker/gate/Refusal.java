package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Outcome.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A question that the model has refused, waiting for the conclusion: a bad question, or a
 * misconfigured model. Without one it counts as a bad question after {@link #PATIENCE}.
 * Thread-safe.
 */
record Refusal(String kind, Instant since, Rejected rejected, CompletableFuture<Outcome> conclusion)
    implements Supplier<Outcome> {

  /** Longest wait: five refused calls take less, also one after the other. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  Refusal(String kind, Instant since, Rejected rejected) {
    this(kind, since, rejected, new CompletableFuture<>());
  }

  void conclude(Outcome outcome) {
    conclusion.complete(outcome);
  }

  /** Waits for the conclusion, for {@link #PATIENCE} at most. */
  @Override
  public Outcome get() {
    try {
      return conclusion.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      conclude(rejected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      conclude(rejected);
    }
    return conclusion.join();
  }
}
