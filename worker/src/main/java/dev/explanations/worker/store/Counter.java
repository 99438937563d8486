package dev.explanations.worker.store;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The number of entries of a store, exact across restarts without counting. Its store is cached, so
 * a commit writes one record however often it changed.
 */
final class Counter {

  /** Ten times what {@code MAX_PENDING} and {@code CACHE_MAX_ENTRIES} can be. */
  private static final long MAX = 10_000_000_000L;

  private final KeyValueStore<String, Long> counters;
  private final String name;
  private long value;

  Counter(KeyValueStore<String, Long> counters, String name) {
    this.counters = counters;
    this.name = name;
    this.value = Math.clamp(stored(counters, name), 0, MAX);
  }

  /** An entry that is no number counts from zero: a little off is better than no start at all. */
  static long stored(KeyValueStore<String, Long> counters, String name) {
    try {
      Long stored = counters.get(name);
      return stored == null ? 0 : stored;
    } catch (SerializationException e) {
      return 0;
    }
  }

  long value() {
    return value;
  }

  void add(long difference) {
    value += difference;
    counters.put(name, value);
  }
}
