package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Usage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/** Keys and entries as workers write them. */
final class Entries {

  private Entries() {}

  static String key(String of) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(of.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static CacheEntry entry(String text, String topic, Duration ttl) {
    Instant now = Instant.now();
    return new CacheEntry(
        new Explanation(text, "gemini-3.5-flash-lite", "1", new Usage(42, 180, 222)),
        new FoldedHashes(key(topic), key(text)),
        now,
        now.plus(ttl));
  }

  static CacheEntry entry(String text) {
    return entry(text, "Photosynthesis", Duration.ofHours(1));
  }
}
