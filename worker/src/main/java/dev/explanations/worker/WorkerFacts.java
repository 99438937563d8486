package dev.explanations.worker;

import dev.explanations.worker.metrics.Facts;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What metrics tell of the settings. */
final class WorkerFacts {

  private WorkerFacts() {}

  /**
   * Puts them together.
   *
   * @param topics those whose lag is told
   */
  static Facts of(SettingsLoader.Loaded loaded, Set<String> topics, Instant startedAt) {
    Settings settings = loaded.settings();
    Map<String, String> models = WorkerModels.names(settings.gemini());
    return new Facts(
        Version.current(),
        settings.environment().name().toLowerCase(Locale.ROOT),
        startedAt,
        loaded.summary(),
        List.copyOf(models.values()),
        List.copyOf(models.keySet()),
        topics,
        settings.gemini().maxInFlight(),
        settings.gemini().prices(),
        settings.redis().enabled());
  }
}
