package dev.explanations.worker.health;

/** How well a service, or the worker as a whole, is; the later the worse. */
public enum Status {
  HEALTHY,
  /** Works, with less than it should have. */
  DEGRADED,
  /** Does not work, and a person or a restart is needed. */
  UNHEALTHY;

  /** For a meter: 0 is healthy, 1 degraded, 2 unhealthy. */
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
