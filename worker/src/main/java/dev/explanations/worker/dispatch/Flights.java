package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.dispatch.Flight.State;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.spending.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registry of flights: by cache key, by lane, and the queue of those that are ready. One flight per
 * cache key at most, whichever task, revived task or replaced thread asks. Used under the
 * dispatcher's lock only.
 *
 * <p>A flight stays registered until its task has read the outcome. When a lane opens, flights
 * whose outcome has been acknowledged are forgotten: the lane's marker follows them in the
 * partition, so the task reads the outcomes before it offers anything.
 */
final class Flights {

  private final Map<String, Flight> byKey = new HashMap<>();
  private final Map<Integer, TaskLane> lanes = new HashMap<>();

  /** Lanes that have found no room since they were last satisfied. */
  private final Set<TaskLane> wanting = new HashSet<>();

  /** Flights that are ready, in the order in which they will begin. */
  private final LinkedHashSet<Flight> ready = new LinkedHashSet<>();

  /** Flights whose outcome is known and not read, the oldest first. */
  private final LinkedHashSet<Flight> unread = new LinkedHashSet<>();

  private final Ledger ledger;
  private int lookingUp;
  private int unsent;

  Flights(Ledger ledger) {
    this.ledger = ledger;
  }

  void open(TaskLane lane) {
    close(lane.partition);
    lanes.put(lane.partition, lane);
    for (Flight flight : byKey.values()) {
      if (flight.partition == lane.partition) {
        count(flight, 1, flight.occupies() ? 1 : 0);
      }
    }
  }

  boolean isOpen(TaskLane lane) {
    return lanes.get(lane.partition) == lane;
  }

  /** Closes a partition's lane: running calls go on, flights that have not begun are dropped. */
  void close(int partition) {
    for (Flight flight : List.copyOf(byKey.values())) {
      if (flight.partition == partition && !drop(flight) && flight.state == State.SENT) {
        forget(flight);
      }
    }
    wanting.remove(lanes.remove(partition));
    ledger.left(partition);
  }

  Set<Integer> openPartitions() {
    return lanes.keySet();
  }

  /** Calls that go on after the {@link #close} of a partition, with their latest end. */
  List<RunningCall> unfinished(int partition, Duration callTimeout) {
    List<RunningCall> calls = new ArrayList<>();
    for (Flight flight : byKey.values()) {
      if (flight.partition == partition) {
        Instant latestEnd = flight.startedAt.plus(callTimeout);
        calls.add(new RunningCall(flight.cacheKey, flight.callId, latestEnd));
      }
    }
    return calls;
  }

  int size() {
    return byKey.size();
  }

  @Nullable Flight of(String cacheKey) {
    return byKey.get(cacheKey);
  }

  @Nullable Flight of(String cacheKey, String callId) {
    Flight flight = byKey.get(cacheKey);
    return flight != null && flight.callId.equals(callId) ? flight : null;
  }

  /** Registers a flight that has been accepted, as looking up. */
  void add(Flight flight, Instant now) {
    flight.startedAt = now;
    byKey.put(flight.cacheKey, flight);
    lookingUp++;
    count(flight, 1, 1);
  }

  /** Queues a flight after its look-up; false if it has been dropped meanwhile. */
  boolean makeReady(Flight flight) {
    if (flight.state != State.LOOKING_UP || byKey.get(flight.cacheKey) != flight) {
      return false;
    }
    lookingUp--;
    flight.state = State.READY;
    ready.add(flight);
    return true;
  }

  @Nullable Flight nextReady() {
    return ready.isEmpty() ? null : ready.getFirst();
  }

  /** The call of the first ready flight has begun. */
  void begin(Flight next, Instant now) {
    ready.remove(next);
    next.state = State.RUNNING;
    next.startedAt = now;
  }

  /**
   * Enters a call's charge into the ledger. Called before the next call begins, which the budget
   * may then not allow.
   */
  void charge(Flight flight, Charge charge) {
    if (lanes.containsKey(flight.partition)) {
      ledger.ended(flight.partition, flight.callId, charge);
    }
  }

  /** The flight's outcome is known; false if the flight has been dropped meanwhile. */
  boolean beginSending(Flight flight, Instant now) {
    if (!flight.hasBegun() && byKey.get(flight.cacheKey) != flight) {
      return false;
    }
    lookingUp -= flight.state == State.LOOKING_UP ? 1 : 0;
    ready.remove(flight);
    unsent++;
    flight.state = State.SENDING;
    flight.endedAt = now;
    unread.add(flight);
    count(flight, 0, -1);
    return true;
  }

  /** Sending has ended; so does the flight if there is nothing to read, or no task to read it. */
  void sent(Flight flight, boolean inKafka) {
    unsent--;
    flight.state = State.SENT;
    if (!inKafka || !lanes.containsKey(flight.partition)) {
      forget(flight);
    }
  }

  /**
   * A flight whose thread failed ends without an outcome: {@code CallsUnderWay.check} finds out.
   */
  void lost(Flight flight) {
    switch (flight.state) {
      case LOOKING_UP, READY -> drop(flight);
      case RUNNING -> {
        flight.state = State.SENT;
        forget(flight);
        count(flight, 0, -1);
      }
      case SENDING -> sent(flight, false);
      case SENT -> {}
    }
  }

  /** Number of look-ups and calls that began before that time and have not ended. */
  int begunBefore(Instant time) {
    int begun = 0;
    for (Flight flight : byKey.values()) {
      boolean works = flight.state == State.LOOKING_UP || flight.state == State.RUNNING;
      begun += works && flight.startedAt.isBefore(time) ? 1 : 0;
    }
    return begun;
  }

  void outcomeRead(String cacheKey, String callId) {
    // the task may read an outcome before its acknowledgement has been handled here
    Flight flight = of(cacheKey, callId);
    if (flight != null) {
      forget(flight);
    }
  }

  /** Drops a flight that has not begun; false if it has, or is not registered. */
  boolean drop(Flight flight) {
    if (flight.hasBegun() || !forget(flight)) {
      return false;
    }
    lookingUp -= flight.state == State.LOOKING_UP ? 1 : 0;
    ready.remove(flight);
    count(flight, 0, -1);
    return true;
  }

  /** Drops all flights that have not begun: their requests are in the pending stores. */
  void dropNotBegun() {
    List.copyOf(byKey.values()).forEach(this::drop);
  }

  private boolean forget(Flight flight) {
    boolean known = byKey.remove(flight.cacheKey, flight);
    unread.remove(flight);
    count(flight, known ? -1 : 0, 0);
    return known;
  }

  private void count(Flight flight, int flights, int occupied) {
    TaskLane lane = lanes.get(flight.partition);
    if (lane != null) {
      lane.flightCount += flights;
      lane.occupied += occupied;
    }
  }

  /** Number of flights before their call. */
  int waiting() {
    return ready.size() + lookingUp;
  }

  int lookingUp() {
    return lookingUp;
  }

  /** Since when the oldest outcome is known that its task has not read. */
  @Nullable Instant oldestUnread() {
    return unread.isEmpty() ? null : unread.getFirst().endedAt;
  }

  int unsent() {
    return unsent;
  }

  /** The lane gets its share of freed capacity until it is satisfied. */
  void wants(TaskLane lane) {
    wanting.add(lane);
  }

  void satisfied(TaskLane lane) {
    wanting.remove(lane);
  }

  /** Whether a lane holds its share: the lanes that want room divide the capacity evenly. */
  boolean hasItsShare(TaskLane lane, int capacity) {
    int others = wanting.size() - (wanting.contains(lane) ? 1 : 0);
    return lane.occupied >= Math.max(1, Math.ceilDiv(capacity, 1 + others));
  }

  int lanes() {
    return lanes.size();
  }
}
