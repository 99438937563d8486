package dev.explanations.worker.health;

/** Health of a service or of the whole worker. Ordered by severity, mildest first. */
public enum Status {
  HEALTHY,
  /** Works, but with less than usual. */
  DEGRADED,
  /** Does not work; needs a person or a restart. */
  UNHEALTHY;

  Status worse(Status other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
