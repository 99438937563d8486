package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.OutcomeRecord.Marker;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls for all tasks of this process, each on a virtual thread, and sends what came of them
 * to the outcomes topic.
 *
 * <p>Invariants, under one lock: at most one flight per cache key, whatever task, revived task or
 * replaced thread asks; at most {@code limit} flights run; at most half as many again are accepted,
 * so that a freed slot starts the next call without waiting for a stream thread.
 *
 * <p>A flight stays registered until its task has read the outcome. When a lane opens, flights
 * whose outcome was acknowledged before are forgotten: the lane's marker comes after them in the
 * partition, so the task reads them before it asks for anything.
 */
public final class CallDispatcher implements Lanes {

  private static final Logger log = LoggerFactory.getLogger(CallDispatcher.class);

  private static final Duration HANDOFF_TIMEOUT = Duration.ofSeconds(2);

  /** Flights per accepted one: calls that end at once must not outrun those who read outcomes. */
  private static final int UNREAD = 4;

  private final ExplanationModel model;
  private final OutcomeChannel outcomes;
  private final Duration callTimeout;
  private final Clock clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final InFlightLimit limit;
  private final Map<String, Flight> flights = new HashMap<>();
  private final ArrayDeque<Flight> ready = new ArrayDeque<>();
  private final Map<Integer, TaskLane> lanes = new HashMap<>();
  private int running;
  private int unsent;
  private boolean accepting = true;

  public CallDispatcher(
      ExplanationModel model,
      OutcomeChannel outcomes,
      int maxInFlight,
      Duration callTimeout,
      Clock clock) {
    this.model = model;
    this.outcomes = outcomes;
    this.limit = new InFlightLimit(maxInFlight);
    this.callTimeout = callTimeout;
    this.clock = clock;
  }

  @Override
  public Lane open(int partition) {
    lock.lock();
    try {
      TaskLane lane = new TaskLane(partition);
      lanes.put(partition, lane);
      dropReady(partition);
      flights.values().removeIf(f -> f.partition == partition && f.state == Flight.State.SENT);
      for (Flight flight : flights.values()) {
        lane.held += flight.partition == partition && flight.occupies() ? 1 : 0;
      }
      return lane;
    } finally {
      lock.unlock();
    }
  }

  /** Calls that run now. */
  public int inFlight() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
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
      while (running + unsent > 0) {
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

  /** With the lock held: starts what may run. */
  private void startReady() {
    while (running < limit.current()) {
      Flight flight = ready.poll();
      if (flight == null) {
        return;
      }
      running++;
      flight.state = Flight.State.RUNNING;
      flight.startedAt = clock.instant();
      Thread.ofVirtual().name("call-", 0).start(() -> call(flight));
    }
  }

  /** On the call's virtual thread. */
  private void call(Flight flight) {
    Outcome outcome;
    try {
      outcome = model.explain(flight.prompt);
    } catch (RuntimeException e) {
      log.error("BUG: the model's adapter threw, cacheKey={}", flight.cacheKey, e);
      outcome = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, e.getClass().getSimpleName());
    }
    lock.lock();
    try {
      running--;
      unsent++;
      flight.state = Flight.State.SENDING;
      release(flight);
      if (outcome instanceof Outcome.Explained) {
        limit.onSuccess();
      } else if (outcome instanceof Outcome.Unavailable) {
        limit.onFailure();
      }
      startReady();
    } finally {
      lock.unlock();
    }
    outcomes.send(
        flight.partition,
        flight.cacheKey,
        new CallEnded(flight.callId, outcome),
        acknowledged -> sent(flight, acknowledged));
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

  private void release(Flight flight) {
    TaskLane lane = lanes.get(flight.partition);
    if (lane != null) {
      lane.held--;
    }
  }

  private void dropReady(int partition) {
    ready.removeIf(
        flight -> {
          boolean drop = flight.partition == partition;
          if (drop) {
            flights.remove(flight.cacheKey, flight);
            release(flight);
          }
          return drop;
        });
  }

  private void signalIfQuiet() {
    if (running + unsent == 0) {
      quiet.signalAll();
    }
  }

  private int capacity() {
    return limit.current() + (limit.current() + 1) / 2;
  }

  private final class TaskLane implements Lane {

    private final int partition;
    private int held;
    private boolean wanting;

    TaskLane(int partition) {
      this.partition = partition;
    }

    @Override
    public boolean hasRoom() {
      lock.lock();
      try {
        boolean room = isOpen() && accepting && roomNow() && !outcomes.congested();
        wanting |= !room;
        return room;
      } finally {
        lock.unlock();
      }
    }

    private boolean isOpen() {
      return lanes.get(partition) == this;
    }

    /** Every wanting lane may hold an equal part of the capacity, and at least one flight. */
    private boolean roomNow() {
      if (running + ready.size() >= capacity() || flights.size() >= UNREAD * capacity()) {
        return false;
      }
      long others = lanes.values().stream().filter(l -> l.wanting && l != this).count();
      return held < Math.max(1, Math.ceilDiv(capacity(), 1 + (int) others));
    }

    @Override
    public Admission offer(String cacheKey, Supplier<Prompt> prompt) {
      lock.lock();
      try {
        Flight existing = flights.get(cacheKey);
        if (existing != null) {
          return new Admission.UnderWay(existing.callId);
        }
        if (!hasRoom()) {
          return new Admission.Refused();
        }
        String callId = UUID.randomUUID().toString();
        Flight flight = new Flight(cacheKey, callId, partition, prompt.get());
        flights.put(cacheKey, flight);
        ready.add(flight);
        held++;
        startReady();
        return new Admission.Accepted(callId);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void satisfied() {
      lock.lock();
      try {
        wanting = false;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void settled(String cacheKey, String callId) {
      lock.lock();
      try {
        Flight flight = flights.get(cacheKey);
        if (flight != null && flight.callId.equals(callId)) {
          flights.remove(cacheKey);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean holds(String cacheKey, String callId) {
      lock.lock();
      try {
        Flight flight = flights.get(cacheKey);
        return flight != null && flight.callId.equals(callId) && flight.state != Flight.State.SENT;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void mark(String nonce) {
      Thread.startVirtualThread(
          () -> outcomes.send(partition, "", new Marker(nonce), acknowledged -> {}));
    }

    @Override
    public void close() {
      List<RunningCall> handedOver = leave();
      if (handedOver.isEmpty()) {
        return;
      }
      CountDownLatch acknowledged = new CountDownLatch(1);
      Thread.startVirtualThread(
          () ->
              outcomes.send(
                  partition, "", new Handoff(handedOver), ok -> acknowledged.countDown()));
      try {
        if (!acknowledged.await(HANDOFF_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("Handoff of {} calls not confirmed: they may be repeated", handedOver.size());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private List<RunningCall> leave() {
      lock.lock();
      try {
        if (!isOpen()) {
          return List.of();
        }
        dropReady(partition);
        lanes.remove(partition);
        flights.values().removeIf(f -> f.partition == partition && f.state == Flight.State.SENT);
        List<RunningCall> calls = new ArrayList<>();
        if (!accepting) {
          // the process is ending: what still runs now dies with it, so nobody should wait for it
          return calls;
        }
        for (Flight flight : flights.values()) {
          if (flight.partition == partition) {
            Instant began = flight.startedAt == null ? clock.instant() : flight.startedAt;
            calls.add(new RunningCall(flight.cacheKey, flight.callId, began.plus(callTimeout)));
          }
        }
        return calls;
      } finally {
        lock.unlock();
      }
    }
  }
}
