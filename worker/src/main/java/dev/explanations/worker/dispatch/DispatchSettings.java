package dev.explanations.worker.dispatch;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * What the dispatcher must know.
 *
 * @param callTimeout after which a call has ended for certain
 * @param cacheTtl how long an explanation stays in the shared cache
 */
public record DispatchSettings(Duration callTimeout, Duration cacheTtl) {

  public static DispatchSettings of(Settings settings) {
    return new DispatchSettings(settings.gemini().timeout(), settings.cache().ttl());
  }
}
