package dev.explanations.worker.topology;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * What an explain task must know.
 *
 * @param cacheTtl how long an explanation stays in the store
 * @param cacheEntriesPerTask this task's share of {@code CACHE_MAX_ENTRIES}
 * @param callTimeout after which a call has ended for certain
 * @param maxDeadLetterBytes what the dead-letter topic takes
 */
public record ExplainSettings(
    boolean exactlyOnce,
    Settings.Requests requests,
    Duration cacheTtl,
    int cacheEntriesPerTask,
    Duration callTimeout,
    int maxDeadLetterBytes) {

  public static ExplainSettings of(Settings settings, int maxDeadLetterBytes) {
    return new ExplainSettings(
        settings.streams().exactlyOnce(),
        settings.requests(),
        settings.cache().ttl(),
        Math.ceilDiv(settings.cache().maxEntries(), settings.topics().partitions()),
        settings.gemini().timeout(),
        maxDeadLetterBytes);
  }
}
