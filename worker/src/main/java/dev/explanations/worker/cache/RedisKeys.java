package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.contract.peer.CacheEntryJson;

/** Keys of the namespace in Redis that holds entries only. */
final class RedisKeys {

  private static final String PREFIX = "explanation:";

  /** Pattern for all keys of the namespace. */
  static final byte[] PATTERN = (PREFIX + "*").getBytes(UTF_8);

  /** Key that never exists: target of the health probe and the write test. */
  static final byte[] PROBE = (PREFIX + "none").getBytes(UTF_8);

  /** GETRANGE's end is inclusive, so this reads MAX_BYTES + 1: more shows a value is too large. */
  static final long READ_TO = CacheEntryJson.MAX_BYTES;

  private RedisKeys() {}

  static byte[] of(String cacheKey) {
    return (PREFIX + cacheKey).getBytes(UTF_8);
  }

  static String cacheKey(byte[] key) {
    return new String(key, UTF_8).substring(PREFIX.length());
  }
}
