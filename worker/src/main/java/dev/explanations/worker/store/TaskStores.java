package dev.explanations.worker.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** State stores of one task, and the settings of them and their changelogs. */
public record TaskStores(
    KeyValueStore<String, byte[]> explanations,
    KeyValueStore<String, byte[]> pending,
    KeyValueStore<String, byte[]> timers,
    KeyValueStore<String, byte[]> counters) {

  static final String EXPLANATIONS = "explanations";
  private static final String PENDING = "pending";
  private static final String TIMERS = "timers";
  private static final String COUNTERS = "counters";

  private static final String FORMAT = "format";

  /** 2 has entries that are indexed in memory alone. Earlier formats are read, and none. */
  private static final long KNOWN_FORMAT = 2;

  /** Largest record of a store that holds keys and numbers, in bytes. */
  private static final int KEYS = 4 * 1024;

  /**
   * Segment size of changelogs and queues: a partition keeps so much on disk beyond its data. Not
   * below 1 MiB, since a broker refuses a batch larger than a segment.
   */
  public static final int SEGMENT_BYTES = (1024 + 64) * 1024;

  /** State on disk is deleted between one and two of these times after its task left. */
  public static final Duration STATE_KEPT = Duration.ofMinutes(5);

  /** Time to restore the queue and its indexes. */
  private static final Duration RESTORING_QUEUE = Duration.ofMinutes(10);

  /** Time to restore the largest explanation, some 50 kB in the changelog, at 10 MB/s. */
  private static final Duration RESTORING_EXPLANATION = Duration.ofMillis(5);

  /**
   * Settings of a changelog. Queue-like stores delete as much as they write, and compaction skips
   * the active segment: hence small segments, rolled often, and tombstones for less than a day.
   * Each cleaning rewrites the clean part, so it begins when half of the log is dirty, or after ten
   * minutes. Never {@code compact,delete}: no entry may vanish by age.
   */
  public static Map<String, String> changelog(Duration tombstonesKept) {
    return Map.of(
        // Kafka Streams sets it when it creates changelogs; the broker's default may differ
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES),
        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(10).toMillis()),
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Duration.ofMinutes(10).toMillis()),
        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.5",
        TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(tombstonesKept.toMillis()));
  }

  /**
   * Retention of tombstones in the changelogs, {@code delete.retention.ms}. A worker that has an
   * entry on disk, or has just restored it, and misses its tombstone would answer the request
   * again. So it is the longest time that state stays on disk, plus the longest restore: of all
   * explanations, by one worker.
   */
  public static Duration tombstonesKept(int cacheEntries) {
    return STATE_KEPT
        .multipliedBy(2)
        .plus(RESTORING_QUEUE)
        .plus(RESTORING_EXPLANATION.multipliedBy(cacheEntries));
  }

  /**
   * Stores of the processor's task.
   *
   * @throws StateFormatException if their format is later than this version's
   */
  public static TaskStores of(ProcessorContext<?, ?> context) {
    TaskStores stores =
        new TaskStores(
            context.getStateStore(EXPLANATIONS),
            context.getStateStore(PENDING),
            context.getStateStore(TIMERS),
            context.getStateStore(COUNTERS));
    long found = Counter.stored(stores.counters, FORMAT, 0);
    if (found > KNOWN_FORMAT) {
      throw new StateFormatException(found, KNOWN_FORMAT);
    }
    if (found < KNOWN_FORMAT) {
      Counter.store(stores.counters, FORMAT, KNOWN_FORMAT);
    }
    return stores;
  }

  /** Names of an application's changelogs. */
  public static List<String> changelogs(String applicationId) {
    return Stream.of(COUNTERS, EXPLANATIONS, PENDING, TIMERS)
        .map(store -> changelog(applicationId, store))
        .toList();
  }

  static String changelog(String applicationId, String store) {
    return applicationId + "-" + store + "-changelog";
  }

  /**
   * Largest record in bytes that each changelog of an application must take, by its name.
   *
   * @param request largest pending request
   * @param explanation largest cached explanation
   */
  public static Map<String, Integer> largestRecords(
      String applicationId, int request, int explanation) {
    Map<String, Integer> largest =
        Map.of(EXPLANATIONS, explanation, PENDING, request, TIMERS, KEYS, COUNTERS, KEYS);
    return largest.entrySet().stream()
        .collect(
            Collectors.toMap(
                store -> changelog(applicationId, store.getKey()), Map.Entry::getValue));
  }

  /** Builders of the stores; changelogs retain tombstones for {@code tombstonesKept}. */
  public static Set<StoreBuilder<?>> builders(Duration tombstonesKept) {
    Map<String, String> changelog = changelog(tombstonesKept);
    return Set.of(
        builder(EXPLANATIONS, changelog),
        builder(PENDING, changelog),
        builder(TIMERS, changelog),
        builder(COUNTERS, changelog).withCachingEnabled());
  }

  /** Deletes without reading: {@link KeyValueStore#delete} reads the value to return it. */
  static void delete(KeyValueStore<String, byte[]> store, String key) {
    store.put(key, null);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> builder(
      String name, Map<String, String> changelog) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
        .withLoggingEnabled(changelog);
  }
}
