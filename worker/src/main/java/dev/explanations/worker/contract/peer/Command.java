package dev.explanations.worker.contract.peer;

import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.explanation.WireName;
import dev.explanations.worker.spending.BudgetLimits;

/** What an operator wants of every worker of the application. */
public sealed interface Command {

  /** Voids all cached explanations. */
  record ClearCache() implements Command {}

  /** Voids the cached explanations of one question, or of all questions of a topic. */
  record InvalidateCache(Target target) implements Command {}

  /** Keeps a circuit breaker open until {@link ResetBreaker}. */
  record HoldBreakerOpen(String breaker) implements Command {}

  record ResetBreaker(String breaker) implements Command {}

  /** No worker begins a call until {@link Resume}, also after a restart. */
  record Pause() implements Command {}

  record Resume() implements Command {}

  /**
   * The candidate prompt answers this share of all questions.
   *
   * @param share from 0 to 1
   */
  record SetCandidateShare(double share) implements Command {

    public SetCandidateShare {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("no share");
      }
    }
  }

  /** What all workers together may spend, until the next such command. */
  record SetBudget(BudgetLimits limits) implements Command {}

  /** The hash is that of a question or a topic: 64 lower-case hexadecimal digits. */
  record Target(Kind kind, String hash) {

    public Target {
      if (!Bounds.isHash(hash)) {
        throw new IllegalArgumentException("not a hash");
      }
    }
  }

  enum Kind implements WireName {
    EXPLANATION,
    TOPIC;
  }
}
