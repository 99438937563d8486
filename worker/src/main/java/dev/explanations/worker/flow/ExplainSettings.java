package dev.explanations.worker.flow;

import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;

/**
 * What an explain task must know.
 *
 * @param cacheEntriesPerTask this task's share of {@code CACHE_MAX_ENTRIES}
 * @param inMemoryPerTask requests whose times this task has in memory alone
 * @param callTimeout after which a call has ended for certain
 * @param model the preferred one, which is part of the cache key
 */
public record ExplainSettings(
    Settings.Requests requests,
    int cacheEntriesPerTask,
    int inMemoryPerTask,
    Duration callTimeout,
    TopicLimits limits,
    String model) {

  /** Waiting requests of a worker that owns all partitions, at some 2 kB each. */
  private static final int IN_MEMORY = 48 * 1024;

  public static ExplainSettings of(Settings settings, TopicLimits limits) {
    return new ExplainSettings(
        settings.requests(),
        Math.ceilDiv(settings.cache().maxEntries(), settings.topics().partitions()),
        Math.ceilDiv(IN_MEMORY, settings.topics().partitions()),
        settings.gemini().timeout(),
        limits,
        settings.gemini().model());
  }
}
