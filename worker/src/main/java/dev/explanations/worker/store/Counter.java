package dev.explanations.worker.store;

import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The number of entries of a store, exact across restarts without counting. Its store is cached, so
 * a commit writes one record however often it changed.
 */
final class Counter {

  private final KeyValueStore<String, Long> counters;
  private final String name;
  private long value;

  Counter(KeyValueStore<String, Long> counters, String name) {
    this.counters = counters;
    this.name = name;
    Long stored = counters.get(name);
    this.value = stored == null ? 0 : stored;
  }

  long value() {
    return value;
  }

  void add(long difference) {
    value += difference;
    counters.put(name, value);
  }
}
