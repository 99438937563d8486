package dev.explanations.worker.topology;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * What an explain task must know.
 *
 * @param cacheEntriesPerTask this task's share of {@code CACHE_MAX_ENTRIES}
 * @param callTimeout after which a call has ended for certain
 * @param maxDeadLetterBytes what the dead-letter topic takes
 * @param model the preferred one, which is part of the cache key
 */
public record ExplainSettings(
    Settings.Requests requests,
    int cacheEntriesPerTask,
    Duration callTimeout,
    int maxDeadLetterBytes,
    String model) {

  public static ExplainSettings of(Settings settings, int maxDeadLetterBytes) {
    return new ExplainSettings(
        settings.requests(),
        Math.ceilDiv(settings.cache().maxEntries(), settings.topics().partitions()),
        settings.gemini().timeout(),
        maxDeadLetterBytes,
        settings.gemini().model());
  }
}
