package dev.explanations.worker.ops;

/**
 * Tells how a service is, from what is known already: it never waits, neither for the service nor
 * for a lock that is held for long. Called by several HTTP threads at once. An exception counts as
 * bad health; only its class is shown.
 */
@FunctionalInterface
public interface HealthCheck {
  ServiceHealth check();
}
