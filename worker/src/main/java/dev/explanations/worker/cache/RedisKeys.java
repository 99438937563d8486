package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.contract.peer.CacheEntryJson;

/** Keys of the namespace in Redis that holds entries only. */
final class RedisKeys {

  private static final String PREFIX = "explanation:";

  /** A pattern for all keys of the namespace. */
  static final byte[] PATTERN = (PREFIX + "*").getBytes(UTF_8);

  /** A key that no entry has. */
  static final byte[] PROBE = (PREFIX + "none").getBytes(UTF_8);

  /** The offset to read values to: one byte too many shows that a value is too large. */
  static final long READ_TO = CacheEntryJson.MAX_BYTES;

  private RedisKeys() {}

  static byte[] of(String cacheKey) {
    return (PREFIX + cacheKey).getBytes(UTF_8);
  }

  static String cacheKey(byte[] key) {
    return new String(key, UTF_8).substring(PREFIX.length());
  }
}
