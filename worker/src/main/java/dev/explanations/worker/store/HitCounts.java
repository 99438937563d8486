package dev.explanations.worker.store;

import dev.explanations.worker.contract.peer.Validity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Counts the results that this worker has written from each stored explanation. In memory, for the
 * most recently used ones: a count in the store would cost a record for each hit. Thread-safe.
 */
public final class HitCounts {

  /** Some 300 bytes each. */
  static final int MAX_ENTRIES = 10_000;

  private final LinkedHashMap<String, Counted> counted = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Hits of an entry.
   *
   * @param since time of the first
   */
  public record Hits(long count, Instant since) {}

  /** Hits and the expiry of their entry, which a later entry of the same key does not share. */
  private record Counted(long expiry, Hits hits) {}

  public synchronized void add(String cacheKey, Validity validity, Instant now) {
    long expiry = Times.millis(validity.expiresAt());
    Counted before = counted.get(cacheKey);
    Hits hits =
        before == null || before.expiry != expiry
            ? new Hits(1, now)
            : new Hits(before.hits.count + 1, before.hits.since);
    counted.put(cacheKey, new Counted(expiry, hits));
    if (counted.size() > MAX_ENTRIES) {
      counted.pollFirstEntry();
    }
  }

  /** Hits of this very entry; empty if none are counted. */
  public synchronized Optional<Hits> of(String cacheKey, Validity validity) {
    long expiry = Times.millis(validity.expiresAt());
    return Optional.ofNullable(counted.get(cacheKey))
        .filter(it -> it.expiry == expiry)
        .map(Counted::hits);
  }
}
