package dev.explanations.worker.ops;

/** How well a service, or the worker as a whole, is; the later the worse. */
public enum Status {
  HEALTHY,
  /** Works, with less than it should have. */
  DEGRADED,
  /** Does not work, and a person or a restart is needed. */
  UNHEALTHY;

  Status worse(Status other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
