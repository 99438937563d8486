package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.OutcomeRecord;

/** The way of outcomes, markers and handoffs into the outcomes topic. Safe for many threads. */
public interface OutcomeChannel {

  /**
   * Sends a record to the given partition, after all that was sent there before. May block while
   * the broker is away: never called on a stream thread.
   *
   * @param delivery told once: that the broker has acknowledged the record, or that it never will
   */
  void send(int partition, String cacheKey, OutcomeRecord record, Delivery delivery);

  /** Hears what became of a record; called on any thread. */
  @FunctionalInterface
  interface Delivery {
    void ended(boolean acknowledged);
  }

  /** Whether so much waits for the broker that no new call should be paid for. */
  boolean congested();
}
