package dev.explanations.worker.store;

import dev.explanations.worker.explanation.Explanation;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The first tier of the cache: explanations by cache key, each until its expiry, at most a fixed
 * number, of which those that expire first go first. Used by one stream thread.
 */
public final class ExplanationStore {

  private static final Cbor<CachedExplanation> CBOR = new Cbor<>(CachedExplanation.class);

  /** Evictions per insert: a lowered limit is reached in small steps. */
  private static final int EVICTIONS = 2;

  private final KeyValueStore<String, byte[]> explanations;
  private final TimeIndex expiries;
  private final Counter count;
  private final int maxEntries;

  /** The topic in which all entries of an application are, for those outside of its tasks. */
  public static String changelog(String applicationId) {
    return applicationId + "-" + TaskStores.EXPLANATIONS + "-changelog";
  }

  /**
   * Until when an entry of the {@link #changelog} is good.
   *
   * @param value not {@code null}, which means that there is none any more
   */
  public static Instant expiry(byte[] value) {
    return CBOR.read(value).expiresAt();
  }

  public ExplanationStore(TaskStores stores, int maxEntries) {
    this.explanations = stores.explanations();
    this.expiries = new TimeIndex(stores.timers(), "expiry");
    this.count = new Counter(stores.counters(), "explanations");
    this.maxEntries = maxEntries;
  }

  public Optional<Explanation> fresh(String cacheKey, Instant now) {
    CachedExplanation entry = get(cacheKey);
    return entry == null || !entry.expiresAt().isAfter(now)
        ? Optional.empty()
        : Optional.of(entry.explanation());
  }

  public void put(String cacheKey, Explanation explanation, Instant expiresAt) {
    CachedExplanation earlier = get(cacheKey);
    if (earlier != null) {
      expiries.remove(earlier.expiresAt(), cacheKey);
    } else {
      count.add(1);
    }
    explanations.put(cacheKey, CBOR.write(new CachedExplanation(explanation, expiresAt)));
    expiries.add(expiresAt, cacheKey);
    for (int i = 0; i < EVICTIONS && count.value() > maxEntries; i++) {
      expiries.peek().ifPresent(this::evict);
    }
  }

  /** When the next entry expires. */
  public Optional<Instant> nextExpiry() {
    return expiries.peek().map(TimeIndex.Timer::at);
  }

  /**
   * Deletes entries that have expired, at most {@code limit}.
   *
   * @return whether there may be more
   */
  public boolean expire(Instant now, int limit) {
    for (int i = 0; i < limit; i++) {
      Optional<TimeIndex.Timer> timer = expiries.peek();
      if (timer.isEmpty() || timer.get().at().isAfter(now)) {
        return false;
      }
      evict(timer.get());
    }
    return true;
  }

  private void evict(TimeIndex.Timer timer) {
    expiries.pass(timer);
    expiries.remove(timer.at(), timer.id());
    explanations.delete(timer.id());
    count.add(-1);
  }

  private @Nullable CachedExplanation get(String cacheKey) {
    byte[] bytes = explanations.get(cacheKey);
    return bytes == null ? null : CBOR.read(bytes);
  }
}
