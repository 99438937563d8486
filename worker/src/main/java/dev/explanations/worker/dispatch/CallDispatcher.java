package dev.explanations.worker.dispatch;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.CallGate.Opening;
import dev.explanations.worker.gate.Permit;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
  private final CallRunner work;
  private final Timer timer = new Timer("dispatch-timer", this::timeHasPassed);
  private final CallStarter starter;
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
    this.work = new CallRunner(shared, commands, outcomes, settings, clock, tracing, this);
    this.starter = new CallStarter(gate, flights, work, timer, clock);
    this.lookAheads = new LookAheads(shared, outcomes);
  }

  @Override
  public Lane open(int partition) {
    TaskLane lane = new TaskLane(partition, this, gate, flights, outcomes);
    locked(() -> flights.open(lane));
    return lane;
  }

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
                flights.oldestUnread(),
                flights.begunBefore(clock.instant().minus(settings.callTimeout()).minus(GRACE))));
  }

  /** All circuit breakers, the first model's first. */
  public List<BreakerStatus> breakers() {
    return locked(gate::breakers);
  }

  /** Closes a breaker and forgets its failures; false if there is none of that name. */
  public boolean resetBreaker(String name) {
    return changed(() -> gate.reset(name));
  }

  /** Holds a breaker open until it is reset; false if there is none of that name. */
  public boolean holdBreakerOpen(String name) {
    return changed(() -> gate.holdOpen(name));
  }

  private boolean changed(Supplier<Boolean> change) {
    return locked(
        () -> {
          boolean known = change.get();
          starter.advance();
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
          starter.pause(paused);
          starter.advance();
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
          flights.dropNotBegun();
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

  /** Which questions the lane may ask. With the lock held. */
  Opening opening(TaskLane lane) {
    return accepting && flights.isOpen(lane) ? starter.opening() : Opening.PAUSED;
  }

  boolean looksUp() {
    return shared.isAvailable();
  }

  /** Whether there is a shared cache, and room for another look-up. With the lock held. */
  boolean mayLookUp() {
    return looksUp() && flights.lookingUp() < LookAheads.MAX_LOOK_UPS;
  }

  /** Looks a flight up first, where that may be. With the lock held. */
  void begin(Flight flight) {
    flights.add(flight, clock.instant());
    try {
      if (mayLookUp()) {
        work.startLookUp(flight);
      } else {
        makeReady(flight);
      }
    } catch (RuntimeException | Error e) {
      flights.lost(flight);
      throw e;
    }
  }

  void lookAhead(int partition, String cacheKey) {
    lookAheads.begin(partition, cacheKey);
  }

  /** Returns the calls that the lane's next owner should wait for. */
  List<RunningCall> leave(TaskLane lane) {
    return locked(
        () -> {
          if (!flights.isOpen(lane)) {
            return List.of();
          }
          flights.close(lane.partition);
          // when the process ends, what still runs dies with it, so nobody should wait for it
          return accepting
              ? flights.running(lane.partition, clock.instant(), settings.callTimeout())
              : List.of();
        });
  }

  /** With the lock held. */
  private void makeReady(Flight flight) {
    if (flights.makeReady(flight)) {
      starter.advance();
    }
  }

  private void timeHasPassed() {
    locked(starter::advance);
  }

  private void signalIfQuiet() {
    if (gate.running() + flights.unsent() == 0) {
      quiet.signalAll();
    }
  }

  void notFound(Flight flight) {
    locked(() -> makeReady(flight));
  }

  /** Whether what was found is wanted: the flight may have been dropped meanwhile. */
  boolean found(Flight flight) {
    return locked(() -> flights.beginSending(flight, clock.instant()));
  }

  /** Whether the minute's limits have room for a call that is made once more. */
  boolean again(Permit permit) {
    return locked(() -> gate.again(permit));
  }

  /**
   * Waits until it is clear what the outcome says, without the lock.
   *
   * @return what the task is to be told
   */
  Outcome callEnded(Flight flight, Permit permit, Outcome outcome) {
    Supplier<Outcome> verdict =
        locked(
            () -> {
              try {
                return gate.end(permit, outcome);
              } finally {
                flights.beginSending(flight, clock.instant());
                starter.advance();
              }
            });
    return verdict.get();
  }

  /**
   * The outcome is on its way no more.
   *
   * @param inKafka whether it has been acknowledged
   */
  void sent(Flight flight, boolean inKafka) {
    locked(
        () -> {
          flights.sent(flight, inKafka);
          signalIfQuiet();
        });
  }

  /** The flight is over, in whatever state it was: nobody works on it any more. */
  void lost(Flight flight) {
    locked(
        () -> {
          flights.lost(flight);
          signalIfQuiet();
          starter.advance();
        });
  }

  void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
