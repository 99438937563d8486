package dev.explanations.worker.store;

import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Number of entries of a store, kept across restarts without counting them. Its store is cached, so
 * each commit writes one record however often the number has changed. Used by the stream thread
 * only.
 */
final class Counter {

  /** Bound for a damaged value: ten times the largest settings allow. */
  private static final long MAX = 10_000_000_000L;

  private final KeyValueStore<String, byte[]> counters;
  private final String name;
  private long value;

  Counter(KeyValueStore<String, byte[]> counters, String name) {
    this.counters = counters;
    this.name = name;
    this.value = Math.clamp(stored(counters, name, 0), 0, MAX);
  }

  /**
   * The stored number; {@code otherwise} if absent or damaged, since a wrong count is better than
   * no start.
   */
  static long stored(KeyValueStore<String, byte[]> counters, String name, long otherwise) {
    byte[] stored = counters.get(name);
    return stored == null || stored.length != Long.BYTES
        ? otherwise
        : ByteBuffer.wrap(stored).getLong();
  }

  /** Stores a number in eight bytes, the highest first. */
  static void store(KeyValueStore<String, byte[]> counters, String name, long number) {
    counters.put(name, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  long value() {
    return value;
  }

  void add(long difference) {
    value += difference;
    store(counters, name, value);
  }
}
