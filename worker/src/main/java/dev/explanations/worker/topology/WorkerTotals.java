package dev.explanations.worker.topology;

import java.util.concurrent.atomic.AtomicLong;

/** Sums over all tasks of this worker. Safe for many threads. */
public final class WorkerTotals {

  private final AtomicLong pending = new AtomicLong();

  /** Requests that wait, for whatever reason. */
  public long pendingRequests() {
    return pending.get();
  }

  AtomicLong pending() {
    return pending;
  }
}
