package dev.explanations.worker.flow;

import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import java.time.ZoneId;

/**
 * Settings of the explain tasks.
 *
 * @param cacheEntriesPerTask this task's share of {@code CACHE_MAX_ENTRIES}
 * @param inMemoryPerTask requests whose times a task indexes in memory alone
 * @param decodedPerTask requests, and explanations, that a task keeps decoded
 * @param callTimeout longest duration of a call
 * @param budgetZone of the days and months that charges are counted by
 */
public record ExplainSettings(
    Settings.Requests requests,
    int cacheEntriesPerTask,
    int inMemoryPerTask,
    int decodedPerTask,
    Duration callTimeout,
    TopicLimits limits,
    Prompts prompts,
    ZoneId budgetZone) {

  /** Requests indexed in memory by the owner of all partitions: some 280 bytes each, 55 MB. */
  private static final int IN_MEMORY = 192 * 1024;

  /**
   * Entries that the owner of all partitions keeps decoded: 50 MB of requests, 17 of explanations.
   */
  private static final int DECODED = 32 * 1024;

  public static ExplainSettings of(Settings settings, TopicLimits limits, Prompts prompts) {
    return new ExplainSettings(
        settings.requests(),
        Math.ceilDiv(settings.cache().maxEntries(), settings.topics().partitions()),
        Math.ceilDiv(IN_MEMORY, settings.topics().partitions()),
        Math.ceilDiv(DECODED, settings.topics().partitions()),
        settings.gemini().timeout(),
        limits,
        prompts,
        settings.budget().zone());
  }
}
