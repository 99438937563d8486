package dev.explanations.worker.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of one task, and how they and their changelogs are made. */
public record TaskStores(
    KeyValueStore<String, byte[]> explanations,
    KeyValueStore<String, byte[]> pending,
    KeyValueStore<String, byte[]> timers,
    KeyValueStore<String, Long> counters) {

  static final String EXPLANATIONS = "explanations";
  private static final String PENDING = "pending";
  private static final String TIMERS = "timers";
  private static final String COUNTERS = "counters";

  private static final String FORMAT = "format";

  /** 2: entries whose times are in memory alone. State without a format is read as well. */
  private static final long KNOWN_FORMAT = 2;

  /** The largest record of a store that holds keys and numbers. */
  private static final int KEYS = 4 * 1024;

  /**
   * Of changelogs and queues alike: what a partition keeps on disk besides what it holds. A broker
   * allows 1 MiB or more, and refuses a batch that is larger than a segment.
   */
  public static final int SEGMENT_BYTES = (1024 + 64) * 1024;

  /**
   * State on disk without its task is deleted between once and twice this time after the task left.
   */
  public static final Duration STATE_KEPT = Duration.ofMinutes(5);

  /** For restoring the queue and its times, however little is cached. */
  private static final Duration RESTORING_QUEUE = Duration.ofMinutes(10);

  /**
   * For restoring one explanation: the largest has 32,768 characters, some 50 kB in the changelog
   * with its framing, at 10 MB/s.
   */
  private static final Duration RESTORING_EXPLANATION = Duration.ofMillis(5);

  /**
   * Compaction never touches the active segment, and queue-like stores delete as much as they
   * write: small segments, rolled often, tombstones not for a day. What is clean is written again
   * by each cleaning, so under load half of a log may be dirty; after some minutes it is cleaned
   * however little there is. Never {@code compact,delete}: nothing here may vanish by age.
   */
  public static Map<String, String> changelog(Duration tombstonesKept) {
    return Map.of(
        // Streams' own choice where it creates them; elsewhere the broker's might be another
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES),
        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(10).toMillis()),
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Duration.ofMinutes(10).toMillis()),
        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.5",
        TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(tombstonesKept.toMillis()));
  }

  /**
   * How long a changelog tells that an entry is gone, {@code delete.retention.ms}. Whoever has read
   * an entry, or kept it on disk, and reads its tombstone later than that, would find an answered
   * request waiting. So it is the longest time that state on disk stays, and the longest restore:
   * of all explanations there may be, by one worker.
   */
  public static Duration tombstonesKept(int cacheEntries) {
    return STATE_KEPT
        .multipliedBy(2)
        .plus(RESTORING_QUEUE)
        .plus(RESTORING_EXPLANATION.multipliedBy(cacheEntries));
  }

  /**
   * The stores of the task that a processor runs in.
   *
   * @throws StateFormatException if they hold what this version cannot read
   */
  public static TaskStores of(ProcessorContext<?, ?> context) {
    TaskStores stores =
        new TaskStores(
            context.getStateStore(EXPLANATIONS),
            context.getStateStore(PENDING),
            context.getStateStore(TIMERS),
            context.getStateStore(COUNTERS));
    long found = Counter.stored(stores.counters, FORMAT);
    if (found > KNOWN_FORMAT) {
      throw new StateFormatException(found, KNOWN_FORMAT);
    }
    if (found < KNOWN_FORMAT) {
      stores.counters.put(FORMAT, KNOWN_FORMAT);
    }
    return stores;
  }

  /** The changelogs of an application, as Kafka Streams names them. */
  public static List<String> changelogs(String applicationId) {
    return Stream.of(COUNTERS, EXPLANATIONS, PENDING, TIMERS)
        .map(store -> changelog(applicationId, store))
        .toList();
  }

  private static String changelog(String applicationId, String store) {
    return applicationId + "-" + store + "-changelog";
  }

  /**
   * The largest record that each changelog of an application must take.
   *
   * @param request the largest that waits
   * @param explanation the largest that is cached
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

  /**
   * @param tombstonesKept by the changelogs that are created
   */
  public static Set<StoreBuilder<?>> builders(Duration tombstonesKept) {
    Map<String, String> changelog = changelog(tombstonesKept);
    return Set.of(
        builder(EXPLANATIONS, Serdes.ByteArray(), changelog),
        builder(PENDING, Serdes.ByteArray(), changelog),
        builder(TIMERS, Serdes.ByteArray(), changelog),
        builder(COUNTERS, Serdes.Long(), changelog).withCachingEnabled());
  }

  /** Deletes without reading first, which {@link KeyValueStore#delete} does to return the value. */
  static void delete(KeyValueStore<String, byte[]> store, String key) {
    store.put(key, null);
  }

  private static <V> StoreBuilder<KeyValueStore<String, V>> builder(
      String name, Serde<V> values, Map<String, String> changelog) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), values)
        .withLoggingEnabled(changelog);
  }
}
