package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.dispatch.Flight.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher's books: which flights there are, whose they are, and in which order those that
 * are ready come. At most one flight per cache key, whatever task, revived task or replaced thread
 * asks. Guarded by the dispatcher's lock.
 *
 * <p>A flight stays registered until its task has read the outcome. When a lane opens, flights
 * whose outcome was acknowledged before are forgotten: the lane's marker comes after them in the
 * partition, so the task reads them before it asks for anything.
 */
final class Flights {

  private final Map<String, Flight> byKey = new HashMap<>();
  private final ArrayDeque<Flight> ready = new ArrayDeque<>();
  private final Map<Integer, TaskLane> lanes = new HashMap<>();

  /** Those whose outcome is known and not read, the oldest first. */
  private final LinkedHashSet<Flight> unread = new LinkedHashSet<>();

  private int lookingUp;
  private int unsent;

  void open(TaskLane lane) {
    lanes.put(lane.partition, lane);
    dropNotBegun(flight -> flight.partition == lane.partition);
    forgetSent(lane.partition);
    for (Flight flight : byKey.values()) {
      lane.held += flight.partition == lane.partition && flight.occupies() ? 1 : 0;
    }
  }

  boolean isOpen(TaskLane lane) {
    return lanes.get(lane.partition) == lane;
  }

  void close(TaskLane lane) {
    dropNotBegun(flight -> flight.partition == lane.partition);
    lanes.remove(lane.partition);
    forgetSent(lane.partition);
  }

  Set<Integer> openPartitions() {
    return lanes.keySet();
  }

  private void forgetSent(int partition) {
    byKey
        .values()
        .removeIf(f -> f.partition == partition && f.state == State.SENT && unread.remove(f));
  }

  /** The calls of a partition whose outcomes are still to come, and when they do at the latest. */
  List<RunningCall> running(int partition, Instant now, Duration callTimeout) {
    List<RunningCall> calls = new ArrayList<>();
    for (Flight flight : byKey.values()) {
      if (flight.partition == partition) {
        Instant began = flight.startedAt == null ? now : flight.startedAt;
        calls.add(new RunningCall(flight.cacheKey, flight.callId, began.plus(callTimeout)));
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

  /** Accepted: it is looked up first. */
  void add(Flight flight, Instant now) {
    flight.startedAt = now;
    byKey.put(flight.cacheKey, flight);
    lookingUp++;
    count(flight, 1);
  }

  /** It was looked up, and waits for its turn; not if it has been dropped meanwhile. */
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
    return ready.peek();
  }

  /** The next one that is ready has begun. */
  void begin(Flight next, Instant now) {
    ready.remove(next);
    next.state = State.RUNNING;
    next.startedAt = now;
  }

  /** Its outcome is known; not if it has been dropped meanwhile. */
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
    count(flight, -1);
    return true;
  }

  /** With no task to read its outcome, or nothing to be read, it ends here. */
  void sent(Flight flight, boolean inKafka) {
    unsent--;
    flight.state = State.SENT;
    if (!inKafka || !lanes.containsKey(flight.partition)) {
      byKey.remove(flight.cacheKey, flight);
      unread.remove(flight);
    }
  }

  /**
   * Nobody works on it any more, in whatever state it is: it ends without an outcome, and its task
   * finds out that none will come.
   */
  void lost(Flight flight) {
    switch (flight.state) {
      case LOOKING_UP, READY -> dropNotBegun(it -> it == flight);
      case RUNNING -> {
        flight.state = State.SENT;
        byKey.remove(flight.cacheKey, flight);
        count(flight, -1);
      }
      case SENDING -> sent(flight, false);
      case SENT -> {}
    }
  }

  /** Look-ups and calls that began before that time and have not ended. */
  int begunBefore(Instant time) {
    int begun = 0;
    for (Flight flight : byKey.values()) {
      boolean works = flight.state == State.LOOKING_UP || flight.state == State.RUNNING;
      Instant since = flight.startedAt;
      begun += works && since != null && since.isBefore(time) ? 1 : 0;
    }
    return begun;
  }

  void settled(String cacheKey, String callId) {
    // the task may have read it before the broker's acknowledgement has reached us
    Flight flight = of(cacheKey, callId);
    if (flight != null) {
      byKey.remove(cacheKey);
      unread.remove(flight);
    }
  }

  /** Forgets what has not begun: it is in the pending stores. */
  boolean dropNotBegun(Predicate<Flight> which) {
    boolean dropped = false;
    for (Flight flight : List.copyOf(byKey.values())) {
      if (!flight.hasBegun() && which.test(flight)) {
        lookingUp -= flight.state == State.LOOKING_UP ? 1 : 0;
        ready.remove(flight);
        byKey.remove(flight.cacheKey);
        count(flight, -1);
        dropped = true;
      }
    }
    return dropped;
  }

  /** Flights that wait for anything before their call. */
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

  /** How much of the capacity a lane may hold: as much as every other that wants more. */
  boolean hasItsShare(TaskLane lane, int capacity) {
    long others = lanes.values().stream().filter(l -> l.wanting && l != lane).count();
    return lane.held >= Math.max(1, Math.ceilDiv(capacity, 1 + (int) others));
  }

  private void count(Flight flight, int difference) {
    TaskLane lane = lanes.get(flight.partition);
    if (lane != null) {
      lane.held += difference;
    }
  }
}
