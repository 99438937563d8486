package dev.explanations.worker.dispatch;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * What the dispatcher must know.
 *
 * @param callTimeout after which a call has ended for certain
 * @param cacheTtl how long an explanation stays in the shared cache
 * @param negativeTtl how long a refused question is remembered
 */
public record DispatchSettings(Duration callTimeout, Duration cacheTtl, Duration negativeTtl) {

  public static DispatchSettings of(Settings settings) {
    return new DispatchSettings(
        settings.gemini().timeout(), settings.cache().ttl(), settings.cache().negativeTtl());
  }
}
