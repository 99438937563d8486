package dev.explanations.worker.explanation;

/** What to do with a request while the circuit breaker is open or the budget is spent. */
public enum OnUnavailable implements WireName {
  /** Wait, at most until the deadline. */
  RETRY,
  /** Answer at once with the fallback. */
  FAIL
}
