package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is sent, and acknowledges it at once unless told otherwise. */
final class FakeChannel implements OutcomeChannel {

  record Sent(int partition, String cacheKey, OutcomeRecord record, Delivery delivery) {}

  final List<Sent> sent = new CopyOnWriteArrayList<>();

  /** The same, after their acknowledgement: what that frees is free when a test sees them here. */
  private final List<Sent> over = new CopyOnWriteArrayList<>();

  volatile boolean acknowledges = true;
  volatile boolean congested;

  @Override
  public void send(int partition, String cacheKey, OutcomeRecord record, Delivery delivery) {
    Sent each = new Sent(partition, cacheKey, record, delivery);
    sent.add(each);
    if (acknowledges) {
      delivery.ended(true);
    }
    over.add(each);
  }

  @Override
  public boolean congested() {
    return congested;
  }

  /** Keys of calls that have ended. */
  List<String> ended() {
    return keys(OutcomeRecord.CallEnded.class);
  }

  /** Keys of calls that were given back. */
  List<String> postponed() {
    return keys(OutcomeRecord.Postponed.class);
  }

  /** Partitions whose tasks were woken. */
  List<Integer> woken() {
    return over.stream()
        .filter(s -> s.record() instanceof OutcomeRecord.Wake)
        .map(Sent::partition)
        .toList();
  }

  private List<String> keys(Class<? extends OutcomeRecord> type) {
    return over.stream().filter(s -> type.isInstance(s.record())).map(Sent::cacheKey).toList();
  }
}
