package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.Marker;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.gate.CallGate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lane of one partition. Takes the dispatcher's lock for each look at flights and gate. */
final class TaskLane implements Lane {

  private static final Logger log = LoggerFactory.getLogger(TaskLane.class);

  /**
   * Factor of the capacity that bounds flights with unread outcomes: calls that fail at once must
   * not outrun the tasks that read their outcomes.
   */
  private static final int UNREAD = 4;

  private static final Duration HANDOFF_TIMEOUT = Duration.ofSeconds(2);

  /** Calls in a handoff record, some 200 bytes each: small against any topic's limit. */
  private static final int CALLS_PER_HANDOFF = 250;

  final int partition;

  /** Calls begun since the lane was opened. Counted under the dispatcher's lock, read without. */
  final AtomicLong begun = new AtomicLong();

  /** Flights that take up capacity. Used under the dispatcher's lock only. */
  int occupied;

  /** All flights, until their outcomes have been read. Used under the dispatcher's lock only. */
  int flightCount;

  private final CallScheduler scheduler;
  private final CallGate gate;
  private final Flights flights;
  private final OutcomeChannel outcomes;
  private final LookAheads lookAheads;
  private final String id = UUID.randomUUID().toString();

  TaskLane(
      int partition,
      CallScheduler scheduler,
      CallGate gate,
      Flights flights,
      OutcomeChannel outcomes,
      LookAheads lookAheads) {
    this.partition = partition;
    this.scheduler = scheduler;
    this.gate = gate;
    this.flights = flights;
    this.outcomes = outcomes;
    this.lookAheads = lookAheads;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public long begun() {
    return begun.get();
  }

  @Override
  public Room room() {
    return scheduler.locked(this::roomNow);
  }

  private Room roomNow() {
    Room room =
        switch (scheduler.opening(this)) {
          case SHUT -> Room.SHUT;
          case EXHAUSTED -> Room.EXHAUSTED;
          case PAUSED -> Room.PAUSED;
          case FRESH, ANY -> hasRoom() ? Room.FREE : Room.FULL;
        };
    if (room == Room.FULL || room == Room.PAUSED) {
      flights.wants(this);
    }
    return room;
  }

  private boolean hasRoom() {
    int capacity = gate.capacity();
    return gate.room(flights.waiting()) > 0
        && flights.size() < UNREAD * capacity
        && !flights.hasItsShare(this, capacity)
        && !outcomes.congested();
  }

  /**
   * Whether the lane may look up although no call may begin. Bounded, since a miss occupies a
   * flight until the task has read that it is given back.
   */
  private boolean hasRoomToLookUp() {
    int share = Math.ceilDiv(UNREAD * LookAheads.MAX_LOOK_UPS, flights.lanes());
    return scheduler.mayLookUp() && flightCount < share && !outcomes.congested();
  }

  @Override
  public Instant shutUntil() {
    return scheduler.locked(gate::shutUntil);
  }

  @Override
  public Admission offer(String cacheKey, Supplier<Question> question) {
    Admission before = scheduler.locked(() -> obstacle(cacheKey, null));
    if (before != null) {
      return before;
    }
    // not under the lock: it may have to be decoded from the stored record
    Question asked = question.get();
    return scheduler.locked(
        () -> {
          Admission obstacle = obstacle(cacheKey, asked);
          if (obstacle != null) {
            return obstacle;
          }
          String callId = UUID.randomUUID().toString();
          scheduler.begin(new Flight(cacheKey, callId, this, asked));
          return new Admission.Accepted(callId);
        });
  }

  /** Why no flight begins now; {@code null} if one does. */
  private @Nullable Admission obstacle(String cacheKey, @Nullable Question question) {
    Flight existing = flights.of(cacheKey);
    if (existing != null) {
      return new Admission.UnderWay(existing.callId);
    }
    return switch (roomNow()) {
      case FREE ->
          question != null && gate.passesOver(question.prompt())
              ? new Admission.PassedOver()
              : null;
      case SHUT, EXHAUSTED -> hasRoomToLookUp() ? null : new Admission.NoRoom();
      case FULL, PAUSED -> new Admission.NoRoom();
    };
  }

  @Override
  public boolean looksUp() {
    return scheduler.looksUp();
  }

  @Override
  public void lookAhead(String cacheKey) {
    if (scheduler.locked(() -> flights.of(cacheKey) == null)) {
      lookAheads.begin(partition, cacheKey);
    }
  }

  @Override
  public void satisfied() {
    scheduler.locked(() -> flights.satisfied(this));
  }

  @Override
  public void outcomeRead(String cacheKey, String callId) {
    scheduler.locked(() -> flights.outcomeRead(cacheKey, callId));
  }

  @Override
  public boolean withdraw(String cacheKey, String callId) {
    return scheduler.locked(
        () -> {
          Flight flight = flights.of(cacheKey, callId);
          return flight != null && flights.drop(flight);
        });
  }

  @Override
  public boolean isInFlight(String cacheKey, String callId) {
    return scheduler.locked(
        () -> {
          Flight flight = flights.of(cacheKey, callId);
          return flight != null && flight.state != Flight.State.SENT;
        });
  }

  @Override
  public void mark(String nonce) {
    Thread.startVirtualThread(
        () -> outcomes.send(partition, "", new Marker(nonce), acknowledged -> {}));
  }

  @Override
  public void close() {
    List<RunningCall> handedOver = scheduler.leave(this);
    if (handedOver.isEmpty()) {
      return;
    }
    List<Handoff> parts = handoffs(handedOver, id);
    CountDownLatch ended = new CountDownLatch(parts.size());
    Thread.startVirtualThread(
        () -> parts.forEach(part -> outcomes.send(partition, "", part, _ -> ended.countDown())));
    try {
      if (!ended.await(HANDOFF_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Handoff of {} calls not confirmed: they may be repeated", handedOver.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Splits the calls into records of {@link #CALLS_PER_HANDOFF}. */
  static List<Handoff> handoffs(List<RunningCall> calls, String lane) {
    List<Handoff> parts = new ArrayList<>();
    for (int i = 0; i < calls.size(); i += CALLS_PER_HANDOFF) {
      int end = Math.min(i + CALLS_PER_HANDOFF, calls.size());
      parts.add(new Handoff(calls.subList(i, end), lane));
    }
    return parts;
  }
}
