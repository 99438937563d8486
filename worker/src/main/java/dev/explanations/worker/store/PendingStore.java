package dev.explanations.worker.store;

import dev.explanations.worker.store.Slots.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable queue of a task: all its pending requests, indexed by cache key, due time and
 * deadline. An entry stays during its call, so that a crash loses nothing. Used by the stream
 * thread only.
 *
 * <p>The time indexes of the first {@code maxInMemory} entries are in memory alone, since most
 * entries leave within a second; beyond that they are stored. {@link #lookThrough} restores what an
 * earlier owner had in memory.
 */
public final class PendingStore {

  /** Bytes of a decoded entry of usual size. */
  private static final int BYTES_PER_ENTRY = 1536;

  private final Slots slots;
  private final TimeIndex due;
  private final TimeIndex held;
  private final TimeIndex deadlines;
  private final Counter count;
  private final AtomicLong workerTotal;

  /** First-seen times of all entries that have been looked through. */
  private final FirstSeenTimes firstSeenTimes = new FirstSeenTimes();

  private final Consumer<CorruptEntry> corrupt;
  private final int maxInMemory;

  /** Key up to which entries have been looked through; {@code null} after the last. */
  private @Nullable String lookedTo = "";

  /**
   * Reads the number of entries, nothing else.
   *
   * @param maxInMemory number of entries that are indexed in memory alone
   * @param maxDecoded number of entries of usual size that are kept decoded
   * @param workerTotal number of entries of all tasks of this worker
   * @param corrupt called with each unreadable entry, after its deletion
   */
  public PendingStore(
      TaskStores stores,
      int maxInMemory,
      int maxDecoded,
      AtomicLong workerTotal,
      Consumer<CorruptEntry> corrupt) {
    this.corrupt = corrupt;
    this.maxInMemory = maxInMemory;
    this.slots =
        new Slots(
            stores.pending(), (long) maxDecoded * BYTES_PER_ENTRY, this::takenOut, this::promoted);
    this.due = new TimeIndex(stores.timers(), "due");
    this.held = new TimeIndex(stores.timers(), "held");
    this.deadlines = new TimeIndex(stores.timers(), "deadline");
    this.count = new Counter(stores.counters(), "pending");
    this.workerTotal = workerTotal;
    workerTotal.addAndGet(count.value());
  }

  /** Subtracts this store from the worker's total; the entries stay. */
  public void close() {
    workerTotal.addAndGet(-count.value());
  }

  public long workerTotal() {
    return workerTotal.get();
  }

  /** First-seen time of the oldest entry, to the second. */
  public Optional<Instant> oldest() {
    return Optional.ofNullable(firstSeenTimes.oldest());
  }

  /** Adds an entry, or replaces the one of the same origin. */
  public void add(PendingRequest request) {
    boolean indexed = !hasRoomInMemory();
    Slot head = slots.get(request.cacheKey());
    if (head == null) {
      slots.put(request.cacheKey(), new Slot(request, indexed, false, null));
    } else if (head.isOf(request)) {
      forget(head);
      slots.put(request.cacheKey(), head.with(request, indexed));
    } else {
      Slot earlier = slots.find(request.id());
      if (earlier != null) {
        forget(earlier);
      }
      slots.follow(head, new Slot(request, indexed, false, null));
    }
    index(request, indexed);
    if (isLookedAt(request)) {
      firstSeenTimes.add(request.firstSeen());
    }
    count(1);
  }

  private boolean hasRoomInMemory() {
    return deadlines.inMemory() < maxInMemory;
  }

  private void index(PendingRequest request, boolean stored) {
    // one id for both: it is most of what an index in memory takes
    String id = request.id();
    indexOf(request).add(new TimeIndex.Entry(request.due(), id), stored);
    deadlines.add(new TimeIndex.Entry(request.deadline(), id), stored);
  }

  /** Removes an entry, if it is there. After a head its first follower becomes the head. */
  public void remove(PendingRequest request) {
    Slot slot = slots.find(request.id());
    if (slot != null) {
      forget(slot);
      slots.remove(slot.request());
    }
  }

  /**
   * Replaces an entry after an attempt.
   *
   * @param later the same request with another due time, other attempts or another error
   */
  public void reschedule(PendingRequest request, PendingRequest later) {
    Slot slot = slots.find(request.id());
    if (slot != null) {
      PendingRequest known = slot.request();
      indexOf(known).remove(dueOf(known), slot.indexed());
      indexOf(later).add(dueOf(later), slot.indexed());
      slots.put(
          slots.isHead(request) ? request.cacheKey() : request.id(),
          slot.with(later, slot.indexed()));
    }
  }

  /** Failures of an explanation that requests wait for, if there were any. */
  public Optional<RetryState> retryState(String cacheKey) {
    return Optional.ofNullable(slots.get(cacheKey)).map(Slot::retry);
  }

  /** Stores the failures of an explanation, until no request waits for it. */
  public void failed(String cacheKey, RetryState next) {
    Slot head = slots.get(cacheKey);
    if (head != null) {
      slots.put(cacheKey, new Slot(head.request(), head.indexed(), head.followed(), next));
    }
  }

  /** The first pending request of an explanation. */
  public Optional<PendingRequest> head(String cacheKey) {
    return Optional.ofNullable(slots.get(cacheKey)).map(Slot::request);
  }

  /**
   * The other pending requests of an explanation in the order of their ids.
   *
   * @param from {@code next} of the page before; {@code null} for the first
   */
  public Page<PendingRequest> followers(String cacheKey, @Nullable String from, int limit) {
    Page<Slot> page = slots.followers(cacheKey, from, limit);
    return new Page<>(page.entries().stream().map(Slot::request).toList(), page.next());
  }

  /**
   * Looks through the entries that an earlier owner left, a page with each call: indexes those that
   * it had indexed in memory alone. Entries due later than {@code latest} were written before the
   * clock was set back; they become due now.
   *
   * @param latest latest possible due time
   * @return whether there may be more entries
   */
  public boolean lookThrough(Instant latest, Instant now, int limit) {
    if (lookedTo != null) {
      Page<Slot> page = slots.page(lookedTo, null, limit);
      for (Slot slot : page.entries()) {
        PendingRequest request = slot.request();
        firstSeenTimes.add(request.firstSeen());
        if (request.due().isAfter(latest)) {
          add(request.withDue(now));
        } else if (!slot.indexed() && hasRoomInMemory()) {
          index(request, false);
        } else if (!slot.indexed()) {
          add(request);
        }
      }
      lookedTo = page.next();
    }
    return lookedTo != null;
  }

  /** First entry by due time that has not been passed; it may be due in the future. */
  public Optional<PendingRequest> nextDue() {
    Optional<PendingRequest> unheld = next(due);
    return next(held)
        .filter(other -> unheld.isEmpty() || other.due().isBefore(unheld.get().due()))
        .or(() -> unheld);
  }

  /** As {@link #nextDue}, without held entries. */
  public Optional<PendingRequest> nextDueUnheld() {
    return next(due);
  }

  /** Passes this entry, which stays in the store: {@link #nextDue} goes on after it. */
  public void passDue(PendingRequest request) {
    indexOf(request).pass(dueOf(request));
  }

  /** Undoes every {@link #passDue}. */
  public void rewindDue() {
    due.rewind();
    held.rewind();
  }

  /** Undoes {@link #passDue} for entries due at this time or later. */
  public void rewindDueTo(Instant time) {
    due.rewindTo(time);
    held.rewindTo(time);
  }

  /** Whether {@link #nextDue} is due, without reading the entry. */
  public boolean isDue(Instant now) {
    return due.isUpTo(now) || held.isUpTo(now);
  }

  /**
   * Due time of {@link #nextDueUnheld}; held entries wait for a breaker or the budget, not for a
   * time.
   */
  public Optional<Instant> nextDueTime() {
    return due.peek().map(TimeIndex.Entry::at);
  }

  /** Earliest deadline. */
  public Optional<Instant> nextDeadline() {
    return deadlines.peek().map(TimeIndex.Entry::at);
  }

  /**
   * Hands on entries whose deadline has passed, {@code limit} at most. The receiver must answer and
   * remove them, since they are not handed on again.
   */
  public void expire(Instant now, int limit, Consumer<PendingRequest> expired) {
    List<PendingRequest> heads = new ArrayList<>();
    for (TimeIndex.Entry entry : deadlines.upTo(now, limit)) {
      deadlines.pass(entry);
      Slot slot = slots.find(entry.id());
      if (slot == null) {
        // a damaged store: the index entry has no request
        deadlines.remove(entry);
      } else if (slots.isHead(slot.request())) {
        // heads last: each follower would become the head in turn
        heads.add(slot.request());
      } else {
        expired.accept(slot.request());
      }
    }
    heads.forEach(expired);
  }

  private Optional<PendingRequest> next(TimeIndex index) {
    while (true) {
      Optional<TimeIndex.Entry> entry = index.peek();
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      Slot slot = slots.find(entry.get().id());
      if (slot != null) {
        return Optional.of(slot.request());
      }
      // a damaged store: the index entry has no request
      index.remove(entry.get());
    }
  }

  /** Counts out an unreadable entry; its index entries are deleted when they are read. */
  private void takenOut(String key, byte[] bytes) {
    if (isLookedAt(key)) {
      firstSeenTimes.removeAny();
    }
    count(-1);
    corrupt.accept(CorruptEntry.of(key, bytes));
  }

  /**
   * Goes back to the key of a follower that has become the head before it was looked at: all that
   * were looked at stood before it, and have left.
   */
  private void promoted(PendingRequest head) {
    if (lookedTo != null && isLookedAt(head.cacheKey()) && !isLookedAt(head.id())) {
      lookedTo = head.cacheKey();
    }
  }

  private void forget(Slot slot) {
    PendingRequest request = slot.request();
    indexOf(request).remove(dueOf(request), slot.indexed());
    deadlines.remove(new TimeIndex.Entry(request.deadline(), request.id()), slot.indexed());
    if (isLookedAt(request)) {
      firstSeenTimes.remove(request.firstSeen());
    }
    count(-1);
  }

  private boolean isLookedAt(PendingRequest request) {
    return isLookedAt(slots.isHead(request) ? request.cacheKey() : request.id());
  }

  private boolean isLookedAt(String key) {
    return lookedTo == null || key.compareTo(lookedTo) < 0;
  }

  private static TimeIndex.Entry dueOf(PendingRequest request) {
    return new TimeIndex.Entry(request.due(), request.id());
  }

  private TimeIndex indexOf(PendingRequest request) {
    return request.isHeld() ? held : due;
  }

  private void count(int difference) {
    count.add(difference);
    workerTotal.addAndGet(difference);
  }
}
