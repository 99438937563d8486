package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.OutcomeRecord;

/** Sends outcomes, markers, wakes and handoffs to the outcomes topic. Thread-safe. */
public interface OutcomeChannel {

  /**
   * Sends a record to the given partition, after all that was sent there before. May block while
   * the broker is away: never called on a stream thread.
   *
   * @param delivery called once, when the record is acknowledged or never will be
   */
  void send(int partition, String cacheKey, OutcomeRecord record, Delivery delivery);

  /** Called on the Kafka producer's I/O thread or the sender's; must not block. */
  @FunctionalInterface
  interface Delivery {
    void ended(boolean acknowledged);
  }

  /** Whether so many records wait for the broker that no new call should begin. */
  boolean congested();
}
