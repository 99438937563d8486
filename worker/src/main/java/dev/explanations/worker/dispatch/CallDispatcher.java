package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.OutcomeRecord;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.OutcomeRecord.Wake;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.Permit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls for all tasks of this process, each on a virtual thread, and sends what came of them
 * to the outcomes topic. When a call may begin is for the {@link CallGate} to say.
 *
 * <p>Invariants, under one lock: at most one flight per cache key, whatever task, revived task or
 * replaced thread asks; half as many flights again are accepted as may run, so that a freed slot
 * starts the next call without waiting for a stream thread. While the gate is shut none is: those
 * that wait are given back.
 *
 * <p>A flight stays registered until its task has read the outcome. When a lane opens, flights
 * whose outcome was acknowledged before are forgotten: the lane's marker comes after them in the
 * partition, so the task reads them before it asks for anything.
 */
public final class CallDispatcher implements Lanes, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CallDispatcher.class);

  /** Flights per accepted one: calls that end at once must not outrun those who read outcomes. */
  private static final int UNREAD = 4;

  private final CallGate gate;
  private final OutcomeChannel outcomes;
  private final Duration callTimeout;
  private final Clock clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final Map<String, Flight> flights = new HashMap<>();
  private final ArrayDeque<Flight> ready = new ArrayDeque<>();
  private final Map<Integer, TaskLane> lanes = new HashMap<>();
  private final Timer timer = new Timer("dispatch-timer", this::timeHasPassed);
  private int unsent;
  private boolean accepting = true;
  private boolean callsCouldBegin = true;

  public CallDispatcher(CallGate gate, OutcomeChannel outcomes, Duration callTimeout, Clock clock) {
    this.gate = gate;
    this.outcomes = outcomes;
    this.callTimeout = callTimeout;
    this.clock = clock;
  }

  @Override
  public Lane open(int partition) {
    return locked(
        () -> {
          TaskLane lane = new TaskLane(partition, this, outcomes);
          lanes.put(partition, lane);
          dropReady(partition);
          flights.values().removeIf(f -> f.partition == partition && f.state == Flight.State.SENT);
          for (Flight flight : flights.values()) {
            lane.held += flight.partition == partition && flight.occupies() ? 1 : 0;
          }
          return lane;
        });
  }

  /** Calls that run now. */
  public int inFlight() {
    return locked(gate::running);
  }

  /** All circuit breakers, the first model's first. */
  public List<BreakerStatus> breakers() {
    return locked(gate::breakers);
  }

  /**
   * Closes a breaker and forgets its failures.
   *
   * @return whether there is one of that name
   */
  public boolean resetBreaker(String name) {
    return locked(
        () -> {
          boolean known = gate.reset(name);
          advance();
          return known;
        });
  }

  /**
   * Holds a breaker open until it is reset.
   *
   * @return whether there is one of that name
   */
  public boolean holdBreakerOpen(String name) {
    return locked(
        () -> {
          boolean known = gate.holdOpen(name);
          advance();
          return known;
        });
  }

  /** Accepts nothing more and forgets what has not begun: it is in the pending stores. */
  public void stopAccepting() {
    lock.lock();
    try {
      accepting = false;
      lanes.keySet().forEach(this::dropReady);
      signalIfQuiet();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until no call runs and every outcome is acknowledged.
   *
   * @return whether that was so within the timeout
   */
  public boolean awaitQuiet(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (gate.running() + unsent > 0) {
        if (nanos <= 0) {
          return false;
        }
        nanos = quiet.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the timer; calls that run end by themselves. */
  @Override
  public void close() {
    timer.close();
  }

  Room room(TaskLane lane) {
    return locked(
        () -> {
          if (!accepting || !isOpen(lane)) {
            return Room.PAUSED;
          }
          if (gate.isShut()) {
            return Room.SHUT;
          }
          boolean paused = gate.isPaused();
          boolean free = !paused && hasRoom(lane) && !outcomes.congested();
          lane.wanting |= !free;
          return free ? Room.FREE : paused ? Room.PAUSED : Room.FULL;
        });
  }

  Instant shutUntil() {
    return locked(gate::shutUntil);
  }

  Admission offer(TaskLane lane, String cacheKey, Supplier<Prompt> prompt) {
    return locked(
        () -> {
          Flight existing = flights.get(cacheKey);
          if (existing != null) {
            return new Admission.UnderWay(existing.callId);
          }
          if (room(lane) != Room.FREE) {
            return new Admission.Refused();
          }
          String callId = UUID.randomUUID().toString();
          Flight flight = new Flight(cacheKey, callId, lane.partition, prompt.get());
          flights.put(cacheKey, flight);
          ready.add(flight);
          lane.held++;
          advance();
          return new Admission.Accepted(callId);
        });
  }

  void satisfied(TaskLane lane) {
    lock.lock();
    try {
      lane.wanting = false;
    } finally {
      lock.unlock();
    }
  }

  void settled(String cacheKey, String callId) {
    lock.lock();
    try {
      flights.computeIfPresent(cacheKey, (key, f) -> f.callId.equals(callId) ? null : f);
    } finally {
      lock.unlock();
    }
  }

  boolean withdraw(String cacheKey, String callId) {
    return locked(() -> dropReady(f -> f.cacheKey.equals(cacheKey) && f.callId.equals(callId)));
  }

  boolean holds(String cacheKey, String callId) {
    return locked(
        () -> {
          Flight flight = flights.get(cacheKey);
          return flight != null
              && flight.callId.equals(callId)
              && flight.state != Flight.State.SENT;
        });
  }

  /** Returns the calls that the lane's next owner should wait for. */
  List<RunningCall> leave(TaskLane lane) {
    return locked(
        () -> {
          if (!isOpen(lane)) {
            return List.of();
          }
          int partition = lane.partition;
          dropReady(partition);
          lanes.remove(partition);
          flights.values().removeIf(f -> f.partition == partition && f.state == Flight.State.SENT);
          List<RunningCall> calls = new ArrayList<>();
          if (!accepting) {
            // the process is ending: what still runs dies with it, so nobody should wait for it
            return calls;
          }
          for (Flight flight : flights.values()) {
            if (flight.partition == partition) {
              Instant began = flight.startedAt == null ? clock.instant() : flight.startedAt;
              calls.add(new RunningCall(flight.cacheKey, flight.callId, began.plus(callTimeout)));
            }
          }
          return calls;
        });
  }

  /** With the lock held, after anything that may have changed what may begin. */
  private void advance() {
    gate.tick();
    startReady();
    if (gate.isShut()) {
      giveBackReady();
    }
    boolean callsCanBegin = !gate.isShut() && !gate.isPaused();
    if (callsCanBegin && !callsCouldBegin) {
      lanes.keySet().forEach(this::wake);
    }
    callsCouldBegin = callsCanBegin;
    Flight next = ready.peek();
    timer.at(gate.nextChange(next == null ? null : next.prompt), clock.instant());
  }

  private void timeHasPassed() {
    lock.lock();
    try {
      advance();
    } finally {
      lock.unlock();
    }
  }

  private void startReady() {
    Flight flight;
    while ((flight = ready.peek()) != null) {
      Optional<Permit> permit = gate.tryBegin(flight.prompt);
      if (permit.isEmpty()) {
        return;
      }
      ready.poll();
      flight.state = Flight.State.RUNNING;
      flight.startedAt = clock.instant();
      start(flight, permit.get());
    }
  }

  private void start(Flight flight, Permit permit) {
    Thread.ofVirtual().name("call-", 0).start(() -> call(flight, permit));
  }

  /** On the call's virtual thread. */
  private void call(Flight flight, Permit permit) {
    Outcome outcome;
    try {
      outcome = permit.model().explain(flight.prompt);
    } catch (RuntimeException e) {
      log.error("BUG: the model's adapter threw, cacheKey={}", flight.cacheKey, e);
      outcome = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, e.getClass().getSimpleName());
    }
    lock.lock();
    try {
      gate.end(permit, outcome);
      beginSending(flight);
      advance();
    } finally {
      lock.unlock();
    }
    send(flight, new CallEnded(flight.callId, outcome));
  }

  /** Their requests go where the breaker sends them: waiting here they could not be answered. */
  private void giveBackReady() {
    Flight flight;
    while ((flight = ready.poll()) != null) {
      Flight givenBack = flight;
      beginSending(givenBack);
      Thread.startVirtualThread(() -> send(givenBack, new Postponed(givenBack.callId)));
    }
  }

  private void beginSending(Flight flight) {
    unsent++;
    flight.state = Flight.State.SENDING;
    release(flight);
  }

  /** Without the lock: it may block while the broker is away. */
  private void send(Flight flight, OutcomeRecord record) {
    outcomes.send(
        flight.partition, flight.cacheKey, record, acknowledged -> sent(flight, acknowledged));
  }

  private void sent(Flight flight, boolean inKafka) {
    lock.lock();
    try {
      unsent--;
      flight.state = Flight.State.SENT;
      // with no task to read it, or nothing to be read, it ends here
      if (!inKafka || !lanes.containsKey(flight.partition)) {
        flights.remove(flight.cacheKey, flight);
      }
      signalIfQuiet();
    } finally {
      lock.unlock();
    }
  }

  private void wake(int partition) {
    Thread.startVirtualThread(() -> outcomes.send(partition, "", new Wake(), acknowledged -> {}));
  }

  private boolean isOpen(TaskLane lane) {
    return lanes.get(lane.partition) == lane;
  }

  /** Every wanting lane may hold an equal part of the capacity, and at least one flight. */
  private boolean hasRoom(TaskLane lane) {
    int capacity = gate.capacity();
    if (gate.room(ready.size()) <= 0 || flights.size() >= UNREAD * capacity) {
      return false;
    }
    long others = lanes.values().stream().filter(l -> l.wanting && l != lane).count();
    return lane.held < Math.max(1, Math.ceilDiv(capacity, 1 + (int) others));
  }

  private void release(Flight flight) {
    TaskLane lane = lanes.get(flight.partition);
    if (lane != null) {
      lane.held--;
    }
  }

  private void dropReady(int partition) {
    var _ = dropReady(f -> f.partition == partition);
  }

  private boolean dropReady(Predicate<Flight> which) {
    return ready.removeIf(
        flight -> {
          boolean drop = which.test(flight);
          if (drop) {
            flights.remove(flight.cacheKey, flight);
            release(flight);
          }
          return drop;
        });
  }

  private void signalIfQuiet() {
    if (gate.running() + unsent == 0) {
      quiet.signalAll();
    }
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
