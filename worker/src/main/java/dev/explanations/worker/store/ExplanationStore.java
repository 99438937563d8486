package dev.explanations.worker.store;

import dev.explanations.worker.contract.peer.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * First tier of the cache: explanations by cache key, each until its expiry. A bounded number:
 * beyond it those that expire first are evicted. Used by the stream thread only; {@code
 * StoreReader} reads single keys of the store beneath, on other threads.
 */
public final class ExplanationStore {

  private static final Cbor<StoredExplanation> CBOR = new Cbor<>(StoredExplanation.class);

  /** Evictions per insert, so that a lowered limit is reached in small steps. */
  private static final int EVICTIONS = 2;

  private static final String SWEPT = "swept";

  private final KeyValueStore<String, byte[]> explanations;
  private final KeyValueStore<String, byte[]> counters;
  private final TimeIndex expiries;
  private final Counter count;
  private final int maxEntries;
  private long sweptFor;
  private final AtomicLong workerTotal;
  private final Consumer<String> corrupt;

  /**
   * Decoded entries; empty for a key without one. A miss looks its key up three times: on arrival,
   * before its call, and when the answer is stored.
   */
  private final Recent<Optional<StoredExplanation>> recent;

  /** Name of the store. */
  public static final String NAME = TaskStores.EXPLANATIONS;

  /** Name of the changelog with all entries of an application, for readers outside its tasks. */
  public static String changelog(String applicationId) {
    return TaskStores.changelog(applicationId, TaskStores.EXPLANATIONS);
  }

  /** An entry of the store or its {@link #changelog}; empty if it is unreadable. */
  public static Optional<StoredExplanation> read(byte[] value) {
    return Optional.ofNullable(sound(value));
  }

  /**
   * @param maxDecoded how many of the smallest entries are kept decoded, approximately
   * @param workerTotal number of entries of all tasks of this worker
   * @param corrupt called with the key of each unreadable entry, after its deletion
   */
  public ExplanationStore(
      TaskStores stores,
      int maxEntries,
      int maxDecoded,
      AtomicLong workerTotal,
      Consumer<String> corrupt) {
    this.corrupt = corrupt;
    this.explanations = stores.explanations();
    this.counters = stores.counters();
    this.expiries = new TimeIndex(stores.timers(), "expiry");
    this.count = new Counter(stores.counters(), "explanations");
    this.maxEntries = maxEntries;
    this.recent =
        new Recent<>(
            (long) maxDecoded * Recent.OVERHEAD,
            entry -> entry.map(StoredExplanation::bytes).orElse(0));
    this.workerTotal = workerTotal;
    workerTotal.addAndGet(count.value());
    this.sweptFor = Counter.stored(counters, SWEPT, -1);
  }

  /** Subtracts this store from the worker's total; the entries stay. */
  public void close() {
    workerTotal.addAndGet(-count.value());
  }

  /** The entry of a key, unless it has expired. */
  public Optional<StoredExplanation> fresh(String cacheKey, Instant now) {
    return get(cacheKey).filter(entry -> entry.validity().expiresAt().isAfter(now));
  }

  public void put(String cacheKey, StoredExplanation entry) {
    get(cacheKey)
        .ifPresentOrElse(earlier -> expiries.remove(expiry(cacheKey, earlier)), () -> count(1));
    explanations.put(cacheKey, CBOR.write(entry));
    recent.put(cacheKey, Optional.of(entry));
    expiries.add(expiry(cacheKey, entry));
    for (int i = 0; i < EVICTIONS && count.value() > maxEntries; i++) {
      expiries.peek().ifPresent(this::evict);
    }
  }

  /** Earliest expiry of an entry. */
  public Optional<Instant> nextExpiry() {
    return expiries.peek().map(TimeIndex.Entry::at);
  }

  /** Deletes entries that have expired, at most {@code limit}. */
  public void expire(Instant now, int limit) {
    expiries.upTo(now, limit).forEach(this::evict);
  }

  /** Offset of the command for which the last complete sweep was made; -1 if there was none. */
  public long sweptFor() {
    return sweptFor;
  }

  /** The sweep for the command at this offset is complete. */
  public void sweptFor(long offset) {
    sweptFor = offset;
    Counter.store(counters, SWEPT, offset);
  }

  /**
   * Deletes entries that are not to stay, in the order of their keys.
   *
   * @param limit number of entries to look at
   * @return key at which to go on; empty after the last entry
   */
  public Optional<String> sweep(String from, int limit, Predicate<Validity> stays) {
    List<TimeIndex.Entry> gone = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    Optional<String> next = Optional.empty();
    try (KeyValueIterator<String, byte[]> entries = explanations.range(from, null)) {
      for (int i = 0; i < limit && entries.hasNext(); i++) {
        KeyValue<String, byte[]> entry = entries.next();
        StoredExplanation cached = sound(entry.value);
        if (cached == null) {
          unreadable.add(entry.key);
        } else if (!stays.test(cached.validity())) {
          gone.add(expiry(entry.key, cached));
        }
      }
      if (entries.hasNext()) {
        next = Optional.of(entries.peekNextKey());
      }
    }
    unreadable.forEach(this::takeOut);
    gone.forEach(this::delete);
    return next;
  }

  private static TimeIndex.Entry expiry(String cacheKey, StoredExplanation entry) {
    return new TimeIndex.Entry(entry.validity().expiresAt(), cacheKey);
  }

  private void evict(TimeIndex.Entry entry) {
    expiries.pass(entry);
    delete(entry);
  }

  private void delete(TimeIndex.Entry entry) {
    expiries.remove(entry);
    TaskStores.delete(explanations, entry.id());
    recent.remove(entry.id());
    count(-1);
  }

  private void count(int difference) {
    count.add(difference);
    workerTotal.addAndGet(difference);
  }

  private Optional<StoredExplanation> get(String cacheKey) {
    Optional<StoredExplanation> known = recent.get(cacheKey);
    if (known == null) {
      byte[] bytes = explanations.get(cacheKey);
      known = Optional.ofNullable(bytes == null ? null : sound(bytes));
      if (bytes != null && known.isEmpty()) {
        takeOut(cacheKey);
      }
      recent.put(cacheKey, known);
    }
    return known;
  }

  private static @Nullable StoredExplanation sound(byte[] bytes) {
    try {
      StoredExplanation entry = CBOR.read(bytes);
      return entry != null && entry.isSound() ? entry : null;
    } catch (RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  /** Deletes an unreadable entry; its index entry, which is unknown, counts until its expiry. */
  private void takeOut(String cacheKey) {
    TaskStores.delete(explanations, cacheKey);
    recent.remove(cacheKey);
    corrupt.accept(cacheKey);
  }
}
