package dev.explanations.worker.dispatch;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * Settings of the dispatcher.
 *
 * @param callTimeout longest duration of a call
 * @param cacheTtl how long an explanation stays in the shared cache
 * @param negativeTtl how long a refused question stays in its task's cache
 */
public record DispatchSettings(Duration callTimeout, Duration cacheTtl, Duration negativeTtl) {

  public static DispatchSettings of(Settings settings) {
    return new DispatchSettings(
        settings.gemini().timeout(), settings.cache().ttl(), settings.cache().negativeTtl());
  }
}
