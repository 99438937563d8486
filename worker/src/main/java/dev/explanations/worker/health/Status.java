package dev.explanations.worker.health;

/** Health of a service or of the whole worker. Ordered by severity, mildest first. */
public enum Status {
  HEALTHY,
  /** Works, but with less than usual. */
  DEGRADED,
  /** Does not work; needs a person or a restart. */
  UNHEALTHY;

  /** Value of a gauge: 0 is healthy, 1 degraded, 2 unhealthy. */
  public int severity() {
    return switch (this) {
      case HEALTHY -> 0;
      case DEGRADED -> 1;
      case UNHEALTHY -> 2;
    };
  }

  Status worse(Status other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
