package dev.explanations.worker.dispatch;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.contract.OutcomeRecord;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.OutcomeRecord.Wake;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.Permit;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Answers questions for all tasks of this process, each on a virtual thread: from the shared cache
 * or, when the {@link CallGate} lets it, by a call. What came of it goes to the outcomes topic.
 *
 * <p>Half as many flights again are accepted as may run, so that a freed slot starts the next call
 * without waiting for a stream thread. While the gate is shut flights are accepted for the sake of
 * a look-up alone, and what was not found is given back.
 */
public final class CallDispatcher implements Lanes, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CallDispatcher.class);

  /** Flights per accepted one: calls that end at once must not outrun those who read outcomes. */
  private static final int UNREAD = 4;

  private final CallGate gate;
  private final SharedAnswers shared;
  private final Supplier<CacheState> commands;
  private final OutcomeChannel outcomes;
  private final DispatchSettings settings;
  private final Clock clock;
  private final Tracing tracing;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final Flights flights = new Flights();
  private final LookAheads lookAheads;
  private final Timer timer = new Timer("dispatch-timer", this::timeHasPassed);
  private boolean accepting = true;
  private boolean paused;
  private boolean callsCouldBegin = true;

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
    this.commands = commands;
    this.outcomes = outcomes;
    this.lookAheads = new LookAheads(shared, outcomes);
    this.settings = settings;
    this.clock = clock;
    this.tracing = tracing;
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
                gate.status(), flights.waiting(), flights.unsent(), flights.oldestUnread()));
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

  /**
   * Begins no call, or begins them again. While it is paused, look-ups go on; and requests for
   * which every circuit breaker is open go where that sends them.
   */
  public void pause(boolean paused) {
    locked(
        () -> {
          this.paused = paused;
          advance();
        });
  }

  /** Lets all tasks look at what they have to do. */
  public void wake() {
    locked(() -> flights.openPartitions().forEach(this::wake));
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
          boolean pausing = isPaused();
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
          String callId = UUID.randomUUID().toString();
          Flight flight = new Flight(cacheKey, callId, lane.partition, question.get());
          flights.add(flight);
          if (lookUp) {
            Thread.startVirtualThread(() -> lookUp(flight));
          } else {
            makeReady(flight);
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

  /** With the lock held, after anything that may have changed what may begin. */
  private void advance() {
    gate.tick();
    startReady();
    if (gate.isShut()) {
      giveBackReady();
    }
    boolean callsCanBegin = !gate.isShut() && !isPaused();
    if (callsCanBegin && !callsCouldBegin) {
      flights.openPartitions().forEach(this::wake);
    }
    callsCouldBegin = callsCanBegin;
    Flight next = flights.nextReady();
    timer.at(gate.nextChange(next == null ? null : next.question.prompt()), clock.instant());
  }

  private boolean isPaused() {
    return paused || gate.isPaused();
  }

  private void timeHasPassed() {
    locked(this::advance);
  }

  private void startReady() {
    Flight flight;
    while (!paused && (flight = flights.nextReady()) != null) {
      Optional<Permit> permit = gate.tryBegin(flight.question.prompt());
      if (permit.isEmpty()) {
        return;
      }
      flights.begin(flight, clock.instant());
      start(flight, permit.get());
    }
  }

  private void start(Flight flight, Permit permit) {
    Thread.ofVirtual().name("call-", 0).start(() -> call(flight, permit));
  }

  /** Their requests go where the breaker sends them: waiting here they could not be answered. */
  private void giveBackReady() {
    Flight flight;
    while ((flight = flights.nextReady()) != null
        && flights.beginSending(flight, clock.instant())) {
      Flight givenBack = flight;
      Thread.startVirtualThread(() -> send(givenBack, new Postponed(givenBack.callId)));
    }
  }

  /** On the flight's virtual thread, as are the following. */
  private void lookUp(Flight flight) {
    Optional<CallEnded> found = shared.find(flight.cacheKey, flight.callId);
    if (found.isEmpty()) {
      locked(() -> makeReady(flight));
    } else if (locked(() -> flights.beginSending(flight, clock.instant()))) {
      send(flight, found.get());
    }
  }

  /** With the lock held. */
  private void makeReady(Flight flight) {
    if (flights.makeReady(flight)) {
      advance();
    }
  }

  private void call(Flight flight, Permit permit) {
    Generation generation = commands.get().generation();
    Instant calledAt = clock.instant();
    Outcome outcome = outcome(flight, permit);
    locked(
        () -> {
          gate.end(permit, outcome);
          flights.beginSending(flight, clock.instant());
          advance();
        });
    Instant expiresAt = clock.instant().plus(settings.cacheTtl());
    String trace = trace(flight, outcome, calledAt);
    Validity validity = new Validity(flight.question.topicHash(), generation, expiresAt);
    switch (outcome) {
      case Outcome.Explained(var explanation) -> {
        send(flight, new CallEnded(flight.callId, outcome, validity, trace));
        shared.share(flight.cacheKey, explanation, validity, calledAt);
      }
      case Outcome.Found _ -> throw new IllegalStateException("BUG: a call looks nothing up");
      case Outcome.Failed failure ->
          send(flight, new CallEnded(flight.callId, failure, Validity.NONE, trace));
    }
  }

  private static Outcome outcome(Flight flight, Permit permit) {
    try (MDC.MDCCloseable _ = MDC.putCloseable("cacheKey", flight.cacheKey)) {
      return permit.model().explain(flight.question.prompt());
    } catch (RuntimeException e) {
      log.error("BUG: the model's adapter threw, cacheKey={}", flight.cacheKey, e);
      return new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, e.getClass().getSimpleName());
    }
  }

  /** The traceparent of the call, if anybody wants to know. */
  private @Nullable String trace(Flight flight, Outcome outcome, Instant calledAt) {
    if (!tracing.isOn()) {
      return null;
    }
    TraceContext own =
        tracing.tell(
            new Step(
                Step.Kind.CALL,
                flight.question.trace(),
                calledAt,
                clock.instant(),
                null,
                outcome instanceof Outcome.Failed failed ? failed.code().wireName() : null,
                Map.of("explanation.cache_key", flight.cacheKey)));
    return own == null ? null : own.traceparent();
  }

  /** Without the lock: it may block while the broker is away. */
  private void send(Flight flight, OutcomeRecord record) {
    outcomes.send(
        flight.partition, flight.cacheKey, record, acknowledged -> sent(flight, acknowledged));
  }

  private void sent(Flight flight, boolean inKafka) {
    locked(
        () -> {
          flights.sent(flight, inKafka);
          signalIfQuiet();
        });
  }

  private void wake(int partition) {
    Thread.startVirtualThread(() -> outcomes.send(partition, "", new Wake(), acknowledged -> {}));
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
}
