package dev.explanations.worker.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The one durable queue: every request that waits for anything, found by explanation, by due time
 * and by deadline. An entry stays while its call runs, so that a crash loses nothing. Used by one
 * stream thread.
 */
public final class PendingStore {

  private static final Cbor<PendingRequest> CBOR = new Cbor<>(PendingRequest.class);

  private final KeyValueStore<String, byte[]> pending;
  private final TimeIndex due;
  private final TimeIndex deadlines;
  private final Counter count;
  private final AtomicLong workerTotal;

  /**
   * @param workerTotal what waits on this worker, over all its tasks
   */
  public PendingStore(TaskStores stores, AtomicLong workerTotal) {
    this.pending = stores.pending();
    this.due = new TimeIndex(stores.timers(), "due");
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

  /** Adds an entry, or replaces the one of the same origin (at-least-once reads twice). */
  public void add(PendingRequest request) {
    PendingRequest earlier = get(request.id());
    if (earlier != null) {
      remove(earlier);
    }
    pending.put(request.id(), CBOR.write(request));
    due.add(request.due(), request.id());
    deadlines.add(request.deadline(), request.id());
    count(1);
  }

  public void remove(PendingRequest request) {
    pending.delete(request.id());
    due.remove(request.due(), request.id());
    deadlines.remove(request.deadline(), request.id());
    count(-1);
  }

  /** Some request of an explanation that waits, if any. */
  public Optional<PendingRequest> anyOf(String cacheKey) {
    List<PendingRequest> first = of(cacheKey, null, 1);
    return first.isEmpty() ? Optional.empty() : Optional.of(first.getFirst());
  }

  /**
   * Requests of an explanation in the order of their ids.
   *
   * @param after where an earlier page ended; {@code null} for the first
   */
  public List<PendingRequest> of(String cacheKey, @Nullable PendingRequest after, int limit) {
    String from = after == null ? cacheKey + "/" : after.id() + '\0';
    List<PendingRequest> page = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = pending.range(from, cacheKey + "0")) {
      while (page.size() < limit && entries.hasNext()) {
        page.add(CBOR.read(entries.next().value));
      }
    }
    return page;
  }

  /** The next entry in due order that was not passed; it may be due in the future. */
  public Optional<PendingRequest> nextDue() {
    return next(due);
  }

  /** Reads on behind this entry, which stays where it is. */
  public void passDue(PendingRequest request) {
    due.pass(new TimeIndex.Timer(request.due(), request.id()));
  }

  /** Reads due entries from the beginning: a call that was passed is not under way any more. */
  public void rewindDue() {
    due.rewind();
  }

  /** Reads again what is due at this time or later, if that was passed. */
  public void rewindDueTo(Instant time) {
    due.rewindTo(time);
  }

  public Optional<Instant> nextDueTime() {
    return due.peek().map(TimeIndex.Timer::at);
  }

  /** The entry whose deadline comes first. */
  public Optional<PendingRequest> nextDeadline() {
    return next(deadlines);
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
      // only at-least-once leaves an index entry without its request
      index.remove(timer.get().at(), timer.get().id());
    }
  }

  private @Nullable PendingRequest get(String id) {
    byte[] bytes = pending.get(id);
    return bytes == null ? null : CBOR.read(bytes);
  }

  private void count(int difference) {
    count.add(difference);
    workerTotal.addAndGet(difference);
  }
}
