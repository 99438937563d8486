package dev.explanations.worker.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The one durable queue: every request that waits for anything, found by explanation, by due time
 * and by deadline. An entry stays while its call runs, so that a crash loses nothing. Used by one
 * stream thread.
 *
 * <p>The first request of an explanation, its head, stands under the cache key; the others, its
 * followers, under their ids behind it. So the usual case of one request is a look-up: a range in
 * RocksDB has no upper bound, and where entries come and go it reads on through thousands of
 * tombstones.
 */
public final class PendingStore {

  private static final Cbor<Slot> CBOR = new Cbor<>(Slot.class);

  private final KeyValueStore<String, byte[]> pending;
  private final TimeIndex due;
  private final TimeIndex held;
  private final TimeIndex deadlines;
  private final Counter count;
  private final AtomicLong workerTotal;
  private final Arrivals arrivals;
  private final Consumer<CorruptEntry> corrupt;

  /** The last entry that {@link #bringForward} has moved, by index. */
  private final Map<TimeIndex, TimeIndex.Timer> broughtForward = new HashMap<>();

  /** Of those that waited at the start, the one whose deadline comes first. */
  private @Nullable PendingRequest eldest;

  /** What was read or written last, under its key: mostly what is removed next. */
  private @Nullable String recentKey;

  private @Nullable Slot recent;

  /**
   * An entry.
   *
   * @param followed on a head: there may be followers
   * @param round on a head: the last failure of its explanation; {@code null} if there was none
   */
  record Slot(PendingRequest request, boolean followed, @Nullable Round round) {
    static Slot follower(PendingRequest request) {
      return new Slot(request, false, null);
    }

    Slot with(PendingRequest request) {
      return new Slot(request, followed, round);
    }
  }

  /**
   * Reads how many wait; nothing else.
   *
   * @param workerTotal what waits on this worker, over all its tasks
   * @param corrupt told of each entry that could not be read, when it has been deleted
   */
  public PendingStore(TaskStores stores, AtomicLong workerTotal, Consumer<CorruptEntry> corrupt) {
    this.corrupt = corrupt;
    this.pending = stores.pending();
    this.due = new TimeIndex(stores.timers(), "due");
    this.held = new TimeIndex(stores.timers(), "held");
    this.deadlines = new TimeIndex(stores.timers(), "deadline");
    this.count = new Counter(stores.counters(), "pending");
    this.workerTotal = workerTotal;
    this.arrivals = new Arrivals(count.value());
    workerTotal.addAndGet(count.value());
  }

  /** Leaves the worker's total; the entries stay. */
  public void close() {
    workerTotal.addAndGet(-count.value());
  }

  public long workerTotal() {
    return workerTotal.get();
  }

  /**
   * When the entry was first seen that has waited longest, to the second. While entries wait that
   * were here at the start, the one of them whose deadline comes first stands for all of them.
   */
  public Optional<Instant> oldest() {
    Instant oldest = arrivals.oldest();
    if (arrivals.inherited() > 0) {
      eldest = eldest == null ? nextDeadline().orElse(null) : eldest;
      Instant before = eldest == null ? null : eldest.firstSeen();
      oldest = oldest == null || (before != null && before.isBefore(oldest)) ? before : oldest;
    }
    return Optional.ofNullable(oldest);
  }

  /** Adds an entry, or replaces the one of the same origin. */
  public void add(PendingRequest request) {
    Slot head = slot(request.cacheKey());
    if (head == null) {
      put(request.cacheKey(), new Slot(request, false, null));
    } else if (head.request().origin().equals(request.origin())) {
      forget(head.request());
      put(request.cacheKey(), head.with(request));
    } else {
      Slot earlier = head.followed() ? slot(request.id()) : null;
      if (earlier != null) {
        forget(earlier.request());
      }
      put(request.id(), Slot.follower(request));
      if (!head.followed()) {
        put(request.cacheKey(), new Slot(head.request(), true, head.round()));
      }
    }
    indexOf(request).add(request.due(), request.id());
    deadlines.add(request.deadline(), request.id());
    arrivals.add(request.firstSeen());
    count(1);
  }

  /** Removes an entry; behind a head its first follower takes its place. */
  public void remove(PendingRequest request) {
    forget(request);
    Slot head = slot(request.cacheKey());
    if (head == null || !head.request().origin().equals(request.origin())) {
      delete(request.id());
      return;
    }
    List<PendingRequest> next =
        head.followed() ? followers(request.cacheKey(), null, 1) : List.of();
    if (next.isEmpty()) {
      delete(request.cacheKey());
    } else {
      delete(next.getFirst().id());
      put(request.cacheKey(), new Slot(next.getFirst(), true, head.round()));
    }
  }

  /**
   * Changes how far an entry has come.
   *
   * @param later the same request with another due time, other attempts or another error
   */
  public void reschedule(PendingRequest request, PendingRequest later) {
    indexOf(request).remove(request.due(), request.id());
    indexOf(later).add(later.due(), later.id());
    Slot head = slot(request.cacheKey());
    if (head != null && head.request().origin().equals(request.origin())) {
      put(request.cacheKey(), head.with(later));
    } else {
      put(later.id(), Slot.follower(later));
    }
  }

  /** The last failure of an explanation for which requests wait, if there was one. */
  public Optional<Round> round(String cacheKey) {
    return Optional.ofNullable(slot(cacheKey)).map(Slot::round);
  }

  /** An attempt has failed; forgotten when nobody waits for the explanation any more. */
  public void failed(String cacheKey, Round round) {
    Slot head = slot(cacheKey);
    if (head != null) {
      put(cacheKey, new Slot(head.request(), head.followed(), round));
    }
  }

  /** The first request of an explanation that waits, if any does. */
  public Optional<PendingRequest> head(String cacheKey) {
    return Optional.ofNullable(slot(cacheKey)).map(Slot::request);
  }

  /**
   * The other requests of an explanation in the order of their ids.
   *
   * @param after where an earlier page ended; {@code null} for the first
   */
  public List<PendingRequest> followers(
      String cacheKey, @Nullable PendingRequest after, int limit) {
    Slot head = slot(cacheKey);
    List<PendingRequest> page = new ArrayList<>();
    if (head == null || !head.followed()) {
      return page;
    }
    List<KeyValue<String, byte[]>> unreadable = new ArrayList<>();
    String from = after == null ? cacheKey + "/" : after.id() + '\0';
    try (KeyValueIterator<String, byte[]> entries = pending.range(from, cacheKey + "0")) {
      while (page.size() < limit && entries.hasNext()) {
        KeyValue<String, byte[]> entry = entries.next();
        Slot slot = sound(entry.key, entry.value);
        if (slot == null) {
          unreadable.add(entry);
        } else {
          page.add(slot.request());
        }
      }
    }
    unreadable.forEach(entry -> takeOut(entry.key, entry.value));
    return page;
  }

  /** The next entry in due order that was not passed; it may be due in the future. */
  public Optional<PendingRequest> nextDue() {
    Optional<PendingRequest> unheld = next(due);
    return next(held)
        .filter(other -> unheld.isEmpty() || other.due().isBefore(unheld.get().due()))
        .or(() -> unheld);
  }

  /** The same, of those that have not met an open circuit breaker. */
  public Optional<PendingRequest> nextDueUnheld() {
    return next(due);
  }

  /** Reads on behind this entry, which stays where it is. */
  public void passDue(PendingRequest request) {
    indexOf(request).pass(new TimeIndex.Timer(request.due(), request.id()));
  }

  /** Reads due entries from the beginning: a call that was passed is not under way any more. */
  public void rewindDue() {
    due.rewind();
    held.rewind();
  }

  /** Reads again what is due at this time or later, if that was passed. */
  public void rewindDueTo(Instant time) {
    due.rewindTo(time);
    held.rewindTo(time);
  }

  /**
   * Makes entries due now that are due beyond what anything waits for: they were written before the
   * clock was set back. The next call goes on behind them; on a clock that was not set back one
   * look is all it costs.
   *
   * @param latest the latest time that an entry may be due at
   * @return whether there may be more than {@code limit} of them
   */
  public boolean bringForward(Instant latest, Instant now, int limit) {
    boolean more = false;
    for (TimeIndex index : List.of(due, held)) {
      TimeIndex.Timer after = broughtForward.getOrDefault(index, new TimeIndex.Timer(latest, "~"));
      List<TimeIndex.Timer> found = index.behind(after, limit);
      for (TimeIndex.Timer timer : found) {
        PendingRequest request = get(timer.id());
        if (request == null) {
          // a damaged store: the index entry has no request
          index.remove(timer.at(), timer.id());
        } else {
          add(request.withDue(now));
        }
      }
      if (!found.isEmpty()) {
        broughtForward.put(index, found.getLast());
      }
      more |= found.size() == limit;
    }
    return more;
  }

  /** Whether {@link #nextDue} is due by now, without reading it. */
  public boolean isDue(Instant now) {
    return Stream.of(due, held)
        .flatMap(index -> index.peek().stream())
        .anyMatch(timer -> !timer.at().isAfter(now));
  }

  /** The time of {@link #nextDueUnheld}; those that are held wait for a condition. */
  public Optional<Instant> nextDueTime() {
    return due.peek().map(TimeIndex.Timer::at);
  }

  /** The entry whose deadline comes first. */
  public Optional<PendingRequest> nextDeadline() {
    return next(deadlines);
  }

  /**
   * Hands on entries whose deadline has passed, at most {@code limit}: they are to be answered now,
   * and are not read again.
   */
  public void expire(Instant now, int limit, Consumer<PendingRequest> expired) {
    for (TimeIndex.Timer timer : deadlines.upTo(now, limit)) {
      deadlines.pass(timer);
      PendingRequest request = get(timer.id());
      if (request == null) {
        // a damaged store: the index entry has no request
        deadlines.remove(timer.at(), timer.id());
      } else {
        expired.accept(request);
      }
    }
  }

  private Optional<PendingRequest> next(TimeIndex index) {
    while (true) {
      Optional<TimeIndex.Timer> timer = index.peek();
      if (timer.isEmpty()) {
        return Optional.empty();
      }
      PendingRequest request = get(timer.get().id());
      if (request != null) {
        return Optional.of(request);
      }
      // a damaged store: the index entry has no request
      index.remove(timer.get().at(), timer.get().id());
    }
  }

  private @Nullable PendingRequest get(String id) {
    int end = id.indexOf('/');
    if (end < 0) {
      return null;
    }
    Slot head = slot(id.substring(0, end));
    if (head == null || head.request().id().equals(id)) {
      return head == null ? null : head.request();
    }
    Slot follower = head.followed() ? slot(id) : null;
    return follower == null ? null : follower.request();
  }

  private @Nullable Slot slot(String key) {
    if (!key.equals(recentKey)) {
      byte[] bytes = pending.get(key);
      remember(key, bytes == null ? null : read(key, bytes));
    }
    return recent;
  }

  /**
   * An entry that cannot be read is taken out; behind a head its first follower takes its place.
   */
  private @Nullable Slot read(String key, byte[] bytes) {
    Slot slot = sound(key, bytes);
    if (slot != null) {
      return slot;
    }
    takeOut(key, bytes);
    if (key.indexOf('/') >= 0) {
      return null;
    }
    KeyValue<String, byte[]> next = first(key + "/", key + "0");
    while (next != null && sound(next.key, next.value) == null) {
      takeOut(next.key, next.value);
      next = first(next.key + '\0', key + "0");
    }
    if (next == null) {
      return null;
    }
    Slot promoted = new Slot(CBOR.read(next.value).request(), true, null);
    delete(next.key);
    put(key, promoted);
    return promoted;
  }

  private @Nullable KeyValue<String, byte[]> first(String from, String to) {
    try (KeyValueIterator<String, byte[]> entries = pending.range(from, to)) {
      return entries.hasNext() ? entries.next() : null;
    }
  }

  private static @Nullable Slot sound(String key, byte[] bytes) {
    try {
      Slot slot = CBOR.read(bytes);
      PendingRequest request = slot == null ? null : slot.request();
      boolean sound =
          request != null
              && request.isSound()
              && (slot.round() == null || slot.round().isSound())
              && (key.equals(request.cacheKey()) || key.equals(request.id()));
      return sound ? slot : null;
    } catch (RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  /** Its places in the indexes are not known; they are deleted when they are come to. */
  private void takeOut(String key, byte[] bytes) {
    TaskStores.delete(pending, key);
    arrivals.removeAny();
    eldest = null;
    count(-1);
    corrupt.accept(CorruptEntry.of(key, bytes));
  }

  /** Removes the entry unless that has been done. */
  public void removeIfThere(PendingRequest request) {
    if (get(request.id()) != null) {
      remove(request);
    }
  }

  private void put(String key, Slot slot) {
    pending.put(key, CBOR.write(slot));
    remember(key, slot);
  }

  private void delete(String key) {
    TaskStores.delete(pending, key);
    remember(key, null);
  }

  private void remember(String key, @Nullable Slot slot) {
    recentKey = key;
    recent = slot;
  }

  private void forget(PendingRequest request) {
    indexOf(request).remove(request.due(), request.id());
    deadlines.remove(request.deadline(), request.id());
    arrivals.remove(request.firstSeen());
    if (eldest != null && eldest.origin().equals(request.origin())) {
      eldest = null;
    }
    count(-1);
  }

  private TimeIndex indexOf(PendingRequest request) {
    return request.isHeld() ? held : due;
  }

  private void count(int difference) {
    count.add(difference);
    workerTotal.addAndGet(difference);
  }
}
