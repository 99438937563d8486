package dev.explanations.worker.store;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Number of entries of a store, kept across restarts without counting them. Its store is cached, so
 * each commit writes one record however often the number has changed. Used by the stream thread
 * only.
 */
final class Counter {

  /** Bound for a damaged value: ten times the largest settings allow. */
  private static final long MAX = 10_000_000_000L;

  private final KeyValueStore<String, Long> counters;
  private final String name;
  private long value;

  Counter(KeyValueStore<String, Long> counters, String name) {
    this.counters = counters;
    this.name = name;
    this.value = Math.clamp(stored(counters, name), 0, MAX);
  }

  /** The stored number; 0 if absent or damaged, as a wrong count is better than no start. */
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
