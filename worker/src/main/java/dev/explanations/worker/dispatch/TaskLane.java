package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.OutcomeRecord.Marker;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lane of one partition; the dispatcher keeps the books. */
final class TaskLane implements Lane {

  private static final Logger log = LoggerFactory.getLogger(TaskLane.class);

  private static final Duration HANDOFF_TIMEOUT = Duration.ofSeconds(2);

  /** Some 200 bytes each: a record of them is small against any topic's limit. */
  private static final int CALLS_PER_HANDOFF = 250;

  final int partition;

  /** Flights that take up capacity. Guarded by the dispatcher's lock. */
  int held;

  /** Asked for room and got none. Guarded by the dispatcher's lock. */
  boolean wanting;

  private final CallDispatcher dispatcher;
  private final OutcomeChannel outcomes;

  TaskLane(int partition, CallDispatcher dispatcher, OutcomeChannel outcomes) {
    this.partition = partition;
    this.dispatcher = dispatcher;
    this.outcomes = outcomes;
  }

  @Override
  public Room room() {
    return dispatcher.room(this);
  }

  @Override
  public Instant shutUntil() {
    return dispatcher.shutUntil();
  }

  @Override
  public Admission offer(String cacheKey, Supplier<Question> question) {
    return dispatcher.offer(this, cacheKey, question);
  }

  @Override
  public boolean looksUp() {
    return dispatcher.looksUp();
  }

  @Override
  public void lookAhead(String cacheKey) {
    dispatcher.lookAhead(this, cacheKey);
  }

  @Override
  public void satisfied() {
    dispatcher.satisfied(this);
  }

  @Override
  public void settled(String cacheKey, String callId) {
    dispatcher.settled(cacheKey, callId);
  }

  @Override
  public boolean withdraw(String cacheKey, String callId) {
    return dispatcher.withdraw(cacheKey, callId);
  }

  @Override
  public boolean holds(String cacheKey, String callId) {
    return dispatcher.holds(cacheKey, callId);
  }

  @Override
  public void mark(String nonce) {
    Thread.startVirtualThread(
        () -> outcomes.send(partition, "", new Marker(nonce), acknowledged -> {}));
  }

  @Override
  public void close() {
    List<RunningCall> handedOver = dispatcher.leave(this);
    if (handedOver.isEmpty()) {
      return;
    }
    List<Handoff> parts = handoffs(handedOver);
    CountDownLatch acknowledged = new CountDownLatch(parts.size());
    Thread.startVirtualThread(
        () ->
            parts.forEach(
                part -> outcomes.send(partition, "", part, ok -> acknowledged.countDown())));
    try {
      if (!acknowledged.await(HANDOFF_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Handoff of {} calls not confirmed: they may be repeated", handedOver.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As many records as it takes for each to be small. */
  static List<Handoff> handoffs(List<RunningCall> calls) {
    List<Handoff> parts = new ArrayList<>();
    for (int i = 0; i < calls.size(); i += CALLS_PER_HANDOFF) {
      parts.add(new Handoff(calls.subList(i, Math.min(i + CALLS_PER_HANDOFF, calls.size()))));
    }
    return parts;
  }
}
