package dev.explanations.lab.guarantees;

import java.time.Duration;

/**
 * Settings of the workers, and tolerances of observing them from outside.
 *
 * @param maxInFlight {@code GEMINI_MAX_IN_FLIGHT}
 * @param requestsPerMinute {@code GEMINI_REQUESTS_PER_MINUTE}; 0 is no limit
 * @param callTimeout {@code GEMINI_TIMEOUT}
 * @param retryBackoff {@code RETRY_BACKOFF}
 * @param maxAttempts {@code RETRY_MAX_ATTEMPTS}
 * @param probes {@code CIRCUIT_BREAKER_SUCCESS_THRESHOLD}
 * @param defaultDeadline of requests without one of their own
 * @param session {@code KAFKA_SESSION_TIMEOUT_MS}: how long a member may be silent
 * @param slack by which two observations of one moment may differ on a busy machine
 * @param silence how long a partition may stand still while its owner lives
 */
public record Limits(
    int maxInFlight,
    int requestsPerMinute,
    Duration callTimeout,
    Duration retryBackoff,
    int maxAttempts,
    int probes,
    Duration defaultDeadline,
    Duration session,
    Duration slack,
    Duration silence) {}
