package dev.explanations.worker.store;

import java.util.LinkedHashMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** LRU map of one or more values, bounded by bytes. Used by the stream thread only. */
final class Recent<V> {

  /** Bytes of a value's objects in memory, approximately. */
  static final int OVERHEAD = 512;

  private final long maxBytes;
  private final ToIntFunction<V> size;
  private final LinkedHashMap<String, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** {@code size} tells the bytes of a value, without {@link #OVERHEAD}. */
  Recent(long maxBytes, ToIntFunction<V> size) {
    this.maxBytes = maxBytes;
    this.size = size;
  }

  @Nullable V get(String key) {
    return values.get(key);
  }

  void put(String key, V value) {
    remove(key);
    values.put(key, value);
    bytes += bytes(value);
    while (bytes > maxBytes && values.size() > 1) {
      bytes -= bytes(values.pollFirstEntry().getValue());
    }
  }

  void remove(String key) {
    V before = values.remove(key);
    bytes -= before == null ? 0 : bytes(before);
  }

  private int bytes(V value) {
    return OVERHEAD + size.applyAsInt(value);
  }
}
