package dev.explanations.worker.gate;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * Settings of the gate.
 *
 * @param requestsPerMinute 0 is no limit
 * @param tokensPerMinute 0 is no limit
 * @param pause pause after the first 429 that names no delay
 * @param maxPause longest pause after a 429 that names no delay
 */
public record GateSettings(
    Settings.CircuitBreaker breaker,
    int maxInFlight,
    int requestsPerMinute,
    int tokensPerMinute,
    Duration pause,
    Duration maxPause) {

  public static GateSettings of(Settings settings) {
    return new GateSettings(
        settings.circuitBreaker(),
        settings.gemini().maxInFlight(),
        settings.gemini().requestsPerMinute(),
        settings.gemini().tokensPerMinute(),
        settings.requests().backoff(),
        settings.requests().backoffMax());
  }
}
