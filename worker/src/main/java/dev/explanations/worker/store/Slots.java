package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the pending store. The first request of an explanation, its head, is stored under the
 * cache key; the others, its followers, under their ids, which sort after it. So the usual case of
 * one request needs no range: a range in RocksDB has no upper bound, and reads on through thousands
 * of tombstones where entries come and go.
 *
 * <p>Used by the stream thread only.
 */
final class Slots {

  private static final Cbor<Slot> CBOR = new Cbor<>(Slot.class);

  /** Bytes after which a page ends. */
  private static final int PAGE_BYTES = 1024 * 1024;

  private final KeyValueStore<String, byte[]> store;
  private final BiConsumer<String, byte[]> unreadable;
  private final Consumer<PendingRequest> promoted;
  private final Recent<Slot> decoded;

  /** Lower bound of the followers' ids by cache key, so that no tombstone is read twice. */
  private final Map<String, String> firstFollowers = new HashMap<>();

  /**
   * An entry of the store.
   *
   * @param indexed whether its times are in the stored indexes, not in memory alone
   * @param followed on a head: whether there may be followers
   * @param retry on a head: failures of the explanation, {@code null} if there were none; stored as
   *     {@code round}, its name in earlier versions
   */
  record Slot(
      PendingRequest request,
      boolean indexed,
      boolean followed,
      @JsonProperty("round") @Nullable RetryState retry) {

    boolean isOf(PendingRequest other) {
      return request.origin().equals(other.origin());
    }

    Slot with(PendingRequest request, boolean indexed) {
      return new Slot(request, indexed, followed, retry);
    }
  }

  /**
   * @param maxBytes bound of the decoded slots
   * @param unreadable called with each unreadable entry, after its deletion
   * @param promoted called with each follower that has become a head
   */
  Slots(
      KeyValueStore<String, byte[]> store,
      long maxBytes,
      BiConsumer<String, byte[]> unreadable,
      Consumer<PendingRequest> promoted) {
    this.store = store;
    this.decoded = new Recent<>(maxBytes, slot -> slot.request().bytes());
    this.unreadable = unreadable;
    this.promoted = promoted;
  }

  /** The slot under a cache key or an id. */
  @Nullable Slot get(String key) {
    Slot known = decoded.get(key);
    if (known != null) {
      return known;
    }
    byte[] bytes = store.get(key);
    return bytes == null ? null : read(key, bytes);
  }

  /** The slot of a request, be it head or follower. */
  @Nullable Slot find(String id) {
    int end = id.indexOf('/');
    Slot head = end < 0 ? null : get(id.substring(0, end));
    return head == null || head.request().id().equals(id) ? head : head.followed() ? get(id) : null;
  }

  boolean isHead(PendingRequest request) {
    Slot head = get(request.cacheKey());
    return head != null && head.isOf(request);
  }

  void put(String key, Slot slot) {
    store.put(key, CBOR.write(slot));
    decoded.put(key, slot);
  }

  /** Stores a follower of a head. */
  void follow(Slot head, Slot follower) {
    String key = follower.request().cacheKey();
    String id = follower.request().id();
    put(id, follower);
    firstFollowers.computeIfPresent(key, (k, first) -> first.compareTo(id) < 0 ? first : id);
    if (!head.followed()) {
      put(key, new Slot(head.request(), head.indexed(), true, head.retry()));
    }
  }

  /** Removes an entry. After a head its first follower becomes the head. */
  void remove(PendingRequest request) {
    String key = request.cacheKey();
    Slot head = get(key);
    if (head == null || !head.isOf(request)) {
      delete(request.id());
      return;
    }
    String from = firstFollowers.getOrDefault(key, key + "/");
    if (!head.followed() || promoteFirst(key, from, head.retry()) == null) {
      delete(key);
    }
  }

  /**
   * The followers of a key in the order of their ids.
   *
   * @param from {@code next} of the page before; {@code null} for the first
   */
  Page<Slot> followers(String cacheKey, @Nullable String from, int limit) {
    Slot head = get(cacheKey);
    if (head == null || !head.followed()) {
      return new Page<>(List.of(), null);
    }
    String first = firstFollowers.getOrDefault(cacheKey, cacheKey + "/");
    return page(from == null ? first : from, cacheKey + "0", limit);
  }

  /**
   * Reads entries in the order of their keys, {@code limit} at most. The page is empty, and the
   * next one begins with the same key, if a follower has become a head meanwhile.
   *
   * @param to exclusive; {@code null} for no bound
   */
  Page<Slot> page(String from, @Nullable String to, int limit) {
    List<Slot> page = new ArrayList<>();
    List<KeyValue<String, byte[]>> bad = new ArrayList<>();
    String next = null;
    long bytes = 0;
    try (KeyValueIterator<String, byte[]> entries = store.range(from, to)) {
      while (next == null && entries.hasNext()) {
        KeyValue<String, byte[]> entry = entries.next();
        Slot known = decoded.get(entry.key);
        Slot slot = known == null ? sound(entry.key, entry.value) : known;
        if (slot == null) {
          bad.add(entry);
        } else {
          page.add(slot);
          decoded.put(entry.key, slot);
        }
        bytes += entry.value.length;
        next = page.size() + bad.size() < limit && bytes < PAGE_BYTES ? null : entry.key + '\0';
      }
    }
    // all of them first: a follower must not be taken out again with its head
    bad.forEach(entry -> takeOut(entry.key, entry.value));
    boolean moved = false;
    for (KeyValue<String, byte[]> entry : bad) {
      moved |= isHead(entry.key) && promoteFirst(entry.key, entry.key + "/", null) != null;
    }
    return moved ? new Page<>(List.of(), from) : new Page<>(page, next);
  }

  /** Decodes a slot; an unreadable one is taken out, and its first follower becomes the head. */
  private @Nullable Slot read(String key, byte[] bytes) {
    Slot slot = sound(key, bytes);
    if (slot != null) {
      decoded.put(key, slot);
      return slot;
    }
    takeOut(key, bytes);
    return isHead(key) ? promoteFirst(key, key + "/", null) : null;
  }

  /** Makes the first readable follower the head; {@code null} if there is none. */
  private @Nullable Slot promoteFirst(String key, String from, @Nullable RetryState retry) {
    Page<Slot> page = new Page<>(List.of(), from);
    while (page.entries().isEmpty() && page.next() != null) {
      page = page(page.next(), key + "0", 1);
    }
    if (page.entries().isEmpty()) {
      firstFollowers.remove(key);
      return null;
    }
    Slot first = page.entries().getFirst();
    Slot head = new Slot(first.request(), first.indexed(), true, retry);
    delete(first.request().id());
    put(key, head);
    firstFollowers.put(key, first.request().id() + '\0');
    promoted.accept(first.request());
    return head;
  }

  private static boolean isHead(String key) {
    return key.indexOf('/') < 0;
  }

  private static @Nullable Slot sound(String key, byte[] bytes) {
    try {
      Slot slot = CBOR.read(bytes);
      PendingRequest request = slot == null ? null : slot.request();
      boolean sound =
          request != null
              && request.isSound()
              && (slot.retry() == null || slot.retry().isSound())
              && (key.equals(request.cacheKey()) || key.equals(request.id()));
      return sound ? slot : null;
    } catch (RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  private void takeOut(String key, byte[] bytes) {
    delete(key);
    unreadable.accept(key, bytes);
  }

  private void delete(String key) {
    TaskStores.delete(store, key);
    decoded.remove(key);
  }
}
