package dev.explanations.worker.dispatch;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.Permit;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers questions for all tasks of this process, each on a virtual thread: from the shared cache
 * or, when the {@link CallGate} lets it, by a call. What came of it goes to the outcomes topic.
 *
 * <p>Half as many flights again are accepted as may run, so that a freed slot starts the next call
 * without waiting for a stream thread. While the gate is shut flights are accepted for the sake of
 * a look-up alone, and what was not found is given back.
 */
public final class CallDispatcher implements Lanes, AutoCloseable {

  /** Flights per accepted one: calls that end at once must not outrun those who read outcomes. */
  private static final int UNREAD = 4;

  /** Beyond its time limit a call that ends at all has ended. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final CallGate gate;
  private final SharedAnswers shared;
  private final OutcomeChannel outcomes;
  private final DispatchSettings settings;
  private final Clock clock;

  /** Guards the gate and what is below. Whoever holds it waits for nothing. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition quiet = lock.newCondition();
  private final Flights flights = new Flights();
  private final FlightWork work;
  private final Timer timer = new Timer("dispatch-timer", this::timeHasPassed);
  private final Departures departures;
  private final LookAheads lookAheads;
  private boolean accepting = true;

  /**
   * @param commands what they say of the cache by now
   */
  public CallDispatcher(
      CallGate gate,
      SharedCache cache,
      Supplier<CacheState> commands,
      OutcomeChannel outcomes,
      DispatchSettings settings,
      Clock clock,
      Tracing tracing) {
    this.gate = gate;
    this.shared = new SharedAnswers(cache, commands, settings, clock);
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.work =
        new FlightWork(shared, commands, outcomes, settings, clock, tracing, new LockedBooks());
    this.departures = new Departures(gate, flights, work, timer, clock);
    this.lookAheads = new LookAheads(shared, outcomes);
  }

  @Override
  public Lane open(int partition) {
    TaskLane lane = new TaskLane(partition, this, outcomes);
    locked(() -> flights.open(lane));
    return lane;
  }

  /** Calls that run now. */
  public int inFlight() {
    return locked(gate::running);
  }

  /** All that there is to look at. Takes the lock for some microseconds. */
  public DispatchStatus status() {
    return locked(
        () ->
            new DispatchStatus(
                gate.status(),
                flights.waiting(),
                flights.unsent(),
                flights.oldestUnread(),
                flights.begunBefore(clock.instant().minus(settings.callTimeout()).minus(GRACE))));
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
          departures.advance();
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
          departures.advance();
          return known;
        });
  }

  /**
   * Begins no call, or begins them again. While it is paused, look-ups go on; and requests for
   * which every circuit breaker is open go where that sends them.
   */
  public void pause(boolean paused) {
    locked(
        () -> {
          departures.pause(paused);
          departures.advance();
        });
  }

  /** Lets all tasks look at what they have to do. */
  public void wake() {
    locked(() -> flights.openPartitions().forEach(work::startWaking));
  }

  /** Accepts nothing more and forgets what has not begun: it is in the pending stores. */
  public void stopAccepting() {
    locked(
        () -> {
          accepting = false;
          flights.dropNotBegun(flight -> true);
          signalIfQuiet();
        });
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
      while (gate.running() + flights.unsent() > 0) {
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
          if (!accepting || !flights.isOpen(lane)) {
            return Room.PAUSED;
          }
          if (gate.isShut()) {
            return Room.SHUT;
          }
          boolean pausing = departures.isPaused();
          boolean free = !pausing && hasRoom(lane);
          lane.wanting |= !free;
          return free ? Room.FREE : pausing ? Room.PAUSED : Room.FULL;
        });
  }

  Instant shutUntil() {
    return locked(gate::shutUntil);
  }

  boolean looksUp() {
    return shared.isAvailable();
  }

  Admission offer(TaskLane lane, String cacheKey, Supplier<Question> question) {
    return locked(
        () -> {
          Flight existing = flights.of(cacheKey);
          if (existing != null) {
            return new Admission.UnderWay(existing.callId);
          }
          Room room = room(lane);
          boolean lookUp = looksUp() && flights.lookingUp() < LookAheads.MAX_LOOK_UPS;
          if (room != Room.FREE && !(room == Room.SHUT && lookUp)) {
            return new Admission.Refused();
          }
          if (room == Room.FREE && gate.passesOver(() -> question.get().prompt())) {
            return new Admission.PassedOver();
          }
          String callId = UUID.randomUUID().toString();
          Flight flight = new Flight(cacheKey, callId, lane.partition, question.get());
          flights.add(flight, clock.instant());
          try {
            if (lookUp) {
              work.startLookUp(flight);
            } else {
              makeReady(flight);
            }
          } catch (RuntimeException | Error e) {
            flights.lost(flight);
            throw e;
          }
          return new Admission.Accepted(callId);
        });
  }

  void lookAhead(TaskLane lane, String cacheKey) {
    if (locked(() -> flights.of(cacheKey) == null)) {
      lookAheads.begin(lane.partition, cacheKey);
    }
  }

  void satisfied(TaskLane lane) {
    locked(() -> lane.wanting = false);
  }

  void settled(String cacheKey, String callId) {
    locked(() -> flights.settled(cacheKey, callId));
  }

  boolean withdraw(String cacheKey, String callId) {
    return locked(
        () -> {
          Flight flight = flights.of(cacheKey, callId);
          return flight != null && flights.dropNotBegun(f -> f == flight);
        });
  }

  boolean holds(String cacheKey, String callId) {
    return locked(
        () -> {
          Flight flight = flights.of(cacheKey, callId);
          return flight != null && flight.state != Flight.State.SENT;
        });
  }

  /** Returns the calls that the lane's next owner should wait for. */
  List<RunningCall> leave(TaskLane lane) {
    return locked(
        () -> {
          if (!flights.isOpen(lane)) {
            return List.of();
          }
          flights.close(lane);
          // when the process ends, what still runs dies with it, so nobody should wait for it
          return accepting
              ? flights.running(lane.partition, clock.instant(), settings.callTimeout())
              : List.of();
        });
  }

  /** With the lock held. */
  private void makeReady(Flight flight) {
    if (flights.makeReady(flight)) {
      departures.advance();
    }
  }

  private void timeHasPassed() {
    locked(departures::advance);
  }

  private boolean hasRoom(TaskLane lane) {
    int capacity = gate.capacity();
    return gate.room(flights.waiting()) > 0
        && flights.size() < UNREAD * capacity
        && !flights.hasItsShare(lane, capacity)
        && !outcomes.congested();
  }

  private void signalIfQuiet() {
    if (gate.running() + flights.unsent() == 0) {
      quiet.signalAll();
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
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

  /** What flights' threads tell. */
  private final class LockedBooks implements FlightWork.Books {

    @Override
    public void notFound(Flight flight) {
      locked(() -> makeReady(flight));
    }

    @Override
    public boolean found(Flight flight) {
      return locked(() -> flights.beginSending(flight, clock.instant()));
    }

    @Override
    public boolean again(Permit permit) {
      return locked(() -> gate.again(permit));
    }

    @Override
    public Outcome callEnded(Flight flight, Permit permit, Outcome outcome) {
      Supplier<Outcome> verdict =
          locked(
              () -> {
                try {
                  return gate.end(permit, outcome);
                } finally {
                  flights.beginSending(flight, clock.instant());
                  departures.advance();
                }
              });
      return verdict.get();
    }

    @Override
    public void sent(Flight flight, boolean inKafka) {
      locked(
          () -> {
            flights.sent(flight, inKafka);
            signalIfQuiet();
          });
    }

    @Override
    public void lost(Flight flight) {
      locked(
          () -> {
            flights.lost(flight);
            signalIfQuiet();
            departures.advance();
          });
    }
  }
}
