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
 * The one durable queue: every request that waits for anything, found by explanation, by due time
 * and by deadline. An entry stays while its call runs, so that a crash loses nothing. Used by one
 * stream thread.
 *
 * <p>The times of so many entries are in memory alone, as most of them come and go within a second;
 * beyond that they are in the store as well. {@link #lookThrough} finds what an earlier owner had
 * in memory.
 */
public final class PendingStore {

  /** Memory for decoded entries, for each whose times may be in memory alone. */
  private static final int BYTES_PER_ENTRY = 1536;

  private final Slots slots;
  private final TimeIndex due;
  private final TimeIndex held;
  private final TimeIndex deadlines;
  private final Counter count;
  private final AtomicLong workerTotal;

  /** Of all entries that have been looked at; the others join them when they are. */
  private final FirstSeenTimes firstSeenTimes = new FirstSeenTimes();

  private final Consumer<CorruptEntry> corrupt;
  private final int maxInMemory;

  /** Up to where the entries have been looked through; {@code null}: to the end. */
  private @Nullable String lookedTo = "";

  /**
   * Reads how many wait; nothing else.
   *
   * @param maxInMemory entries whose times are in memory alone
   * @param workerTotal what waits on this worker, over all its tasks
   * @param corrupt told of each entry that could not be read, when it has been deleted
   */
  public PendingStore(
      TaskStores stores, int maxInMemory, AtomicLong workerTotal, Consumer<CorruptEntry> corrupt) {
    this.corrupt = corrupt;
    this.maxInMemory = maxInMemory;
    this.slots = new Slots(stores.pending(), (long) maxInMemory * BYTES_PER_ENTRY, this::takenOut);
    this.due = new TimeIndex(stores.timers(), "due");
    this.held = new TimeIndex(stores.timers(), "held");
    this.deadlines = new TimeIndex(stores.timers(), "deadline");
    this.count = new Counter(stores.counters(), "pending");
    this.workerTotal = workerTotal;
    workerTotal.addAndGet(count.value());
  }

  /** Leaves the worker's total; the entries stay. */
  public void close() {
    workerTotal.addAndGet(-count.value());
  }

  public long workerTotal() {
    return workerTotal.get();
  }

  /** When the entry was first seen that has waited longest, to the second. */
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
    indexOf(request).add(request.due(), request.id(), stored);
    deadlines.add(request.deadline(), request.id(), stored);
  }

  /**
   * Removes an entry unless that has been done; behind a head its first follower takes its place.
   */
  public void remove(PendingRequest request) {
    Slot slot = slots.find(request.id());
    if (slot != null) {
      forget(slot);
      slots.remove(slot.request());
    }
  }

  /**
   * Changes how far an entry has come.
   *
   * @param later the same request with another due time, other attempts or another error
   */
  public void reschedule(PendingRequest request, PendingRequest later) {
    Slot slot = slots.find(request.id());
    if (slot != null) {
      PendingRequest known = slot.request();
      indexOf(known).remove(known.due(), known.id(), slot.indexed());
      indexOf(later).add(later.due(), later.id(), slot.indexed());
      slots.put(
          slots.isHead(request) ? request.cacheKey() : request.id(),
          slot.with(later, slot.indexed()));
    }
  }

  /** The last failure of an explanation for which requests wait, if there was one. */
  public Optional<Round> round(String cacheKey) {
    return Optional.ofNullable(slots.get(cacheKey)).map(Slot::round);
  }

  /** An attempt has failed; forgotten when nobody waits for the explanation any more. */
  public void failed(String cacheKey, Round round) {
    Slot head = slots.get(cacheKey);
    if (head != null) {
      slots.put(cacheKey, new Slot(head.request(), head.indexed(), head.followed(), round));
    }
  }

  /** The first request of an explanation that waits, if any does. */
  public Optional<PendingRequest> head(String cacheKey) {
    return Optional.ofNullable(slots.get(cacheKey)).map(Slot::request);
  }

  /**
   * The other requests of an explanation in the order of their ids.
   *
   * @param from where an earlier page ended; {@code null} for the first
   */
  public Page<PendingRequest> followers(String cacheKey, @Nullable String from, int limit) {
    Page<Slot> page = slots.followers(cacheKey, from, limit);
    return new Page<>(page.entries().stream().map(Slot::request).toList(), page.next());
  }

  /**
   * Looks at what waited at the start: the times that an earlier owner had in memory are found
   * again, and what is due beyond anything that is waited for, since the clock has been set back,
   * is due now. The next call goes on behind that.
   *
   * @param latest the latest time that an entry may be due at
   * @return whether there may be more than {@code limit} of them
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
    indexOf(request).pass(new TimeIndex.Entry(request.due(), request.id()));
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

  /** Whether {@link #nextDue} is due by now, without reading it. */
  public boolean isDue(Instant now) {
    return due.isUpTo(now) || held.isUpTo(now);
  }

  /** The time of {@link #nextDueUnheld}; those that are held wait for a condition. */
  public Optional<Instant> nextDueTime() {
    return due.peek().map(TimeIndex.Entry::at);
  }

  /** The first deadline. */
  public Optional<Instant> nextDeadline() {
    return deadlines.peek().map(TimeIndex.Entry::at);
  }

  /**
   * Hands on entries whose deadline has passed, at most {@code limit}: they are to be answered now,
   * and are not read again.
   */
  public void expire(Instant now, int limit, Consumer<PendingRequest> expired) {
    List<PendingRequest> heads = new ArrayList<>();
    for (TimeIndex.Entry entry : deadlines.upTo(now, limit)) {
      deadlines.pass(entry);
      Slot slot = slots.find(entry.id());
      if (slot == null) {
        // a damaged store: the index entry has no request
        deadlines.remove(entry.at(), entry.id());
      } else if (slots.isHead(slot.request())) {
        // later: a head that goes before its followers would be replaced by each in turn
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
      index.remove(entry.get().at(), entry.get().id());
    }
  }

  /** Its places in the indexes are not known; they are deleted when they are come to. */
  private void takenOut(String key, byte[] bytes) {
    if (isLookedAt(key)) {
      firstSeenTimes.removeAny();
    }
    count(-1);
    corrupt.accept(CorruptEntry.of(key, bytes));
  }

  private void forget(Slot slot) {
    PendingRequest request = slot.request();
    indexOf(request).remove(request.due(), request.id(), slot.indexed());
    deadlines.remove(request.deadline(), request.id(), slot.indexed());
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

  private TimeIndex indexOf(PendingRequest request) {
    return request.isHeld() ? held : due;
  }

  private void count(int difference) {
    count.add(difference);
    workerTotal.addAndGet(difference);
  }
}
