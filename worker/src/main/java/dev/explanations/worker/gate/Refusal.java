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
 * A refused question that is told so as soon as it is clear that it is to blame, and after a while
 * in any case. Thread-safe.
 */
record Refusal(String kind, Instant since, Rejected rejected, CompletableFuture<Outcome> verdict)
    implements Supplier<Outcome> {

  /** Five calls that are refused take less, also one after the other. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  Refusal(String kind, Instant since, Rejected rejected) {
    this(kind, since, rejected, new CompletableFuture<>());
  }

  void settle(Outcome outcome) {
    verdict.complete(outcome);
  }

  /** Waits for the verdict. */
  @Override
  public Outcome get() {
    try {
      return verdict.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      settle(rejected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      settle(rejected);
    }
    return verdict.join();
  }
}
