package dev.explanations.worker.flow;

import dev.explanations.worker.store.HitCounts;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sums over all tasks of this worker. Thread-safe. */
public final class WorkerTotals {

  private final AtomicLong pending = new AtomicLong();
  private final AtomicLong explanations = new AtomicLong();
  private final HitCounts hits = new HitCounts();
  private final Set<Oldest> tasks = ConcurrentHashMap.newKeySet();

  /** When a task's oldest pending request was first seen. Written by its stream thread. */
  public static final class Oldest {
    private volatile @Nullable Instant since;

    public void since(@Nullable Instant since) {
      this.since = since;
    }
  }

  /** Requests in the pending stores. */
  public long pendingRequests() {
    return pending.get();
  }

  /** Explanations in the state stores. */
  public long storedExplanations() {
    return explanations.get();
  }

  /** When the oldest pending request was first seen, to the second. */
  public Optional<Instant> oldestPending() {
    Instant oldest = Instant.MAX;
    for (Oldest task : tasks) {
      Instant since = task.since;
      oldest = since != null && since.isBefore(oldest) ? since : oldest;
    }
    return oldest.equals(Instant.MAX) ? Optional.empty() : Optional.of(oldest);
  }

  /** Hits of single explanations. */
  public HitCounts hits() {
    return hits;
  }

  public AtomicLong pending() {
    return pending;
  }

  public AtomicLong explanations() {
    return explanations;
  }

  public Oldest open() {
    Oldest task = new Oldest();
    tasks.add(task);
    return task;
  }

  public void close(Oldest task) {
    tasks.remove(task);
  }
}
