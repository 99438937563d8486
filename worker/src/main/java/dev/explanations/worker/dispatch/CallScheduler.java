package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.peer.OutcomeRecord.Wake;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.Opening;
import dev.explanations.worker.gate.Permit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each flight from acceptance to the sending of its outcome: a look-up, the wait for a
 * permit, the call. Owns the dispatcher's lock, which guards {@link CallGate} and {@link Flights}.
 * Nothing waits under it: every wait for Redis, Gemini or the broker is on a virtual thread of its
 * own, in {@link CallRunner}. Thread-safe.
 *
 * <p>A flight ends whatever is thrown, an Error as well: the failure counts as not found, as an
 * unavailable model, or as a lost outcome.
 */
final class CallScheduler implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CallScheduler.class);

  /** Wait before {@link #advance} is tried again after an exception. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final CallGate gate;
  private final Flights flights;
  private final CallRunner runner;
  private final Duration callTimeout;
  private final Clock clock;

  /** Guards the gate, the flights and the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition quiet = lock.newCondition();
  private final Timer timer = new Timer("dispatch-timer", () -> locked(this::advance));
  private Opening opening = Opening.ANY;
  private boolean accepting = true;

  /** The wait for running calls is over: those that are left die with the process. */
  private boolean abandoned;

  private boolean paused;
  private boolean failing;

  CallScheduler(
      CallGate gate, Flights flights, CallRunner runner, Duration callTimeout, Clock clock) {
    this.gate = gate;
    this.flights = flights;
    this.runner = runner;
    this.callTimeout = callTimeout;
    this.clock = clock;
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

  /** Makes a change under the lock, then begins the calls that it allows. */
  <T> T changed(Supplier<T> change) {
    return locked(
        () -> {
          T result = change.get();
          advance();
          return result;
        });
  }

  void pause(boolean paused) {
    changed(() -> this.paused = paused);
  }

  /** Sends a wake record to each open task. */
  void wake() {
    locked(() -> flights.openPartitions().forEach(this::sendWake));
  }

  void stopAccepting() {
    locked(
        () -> {
          accepting = false;
          flights.dropNotBegun();
          signalIfQuiet();
        });
  }

  boolean awaitQuiet(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (!isQuiet()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = quiet.awaitNanos(nanos);
      }
      return true;
    } finally {
      abandoned = !accepting;
      lock.unlock();
    }
  }

  private void signalIfQuiet() {
    if (isQuiet()) {
      quiet.signalAll();
    }
  }

  private boolean isQuiet() {
    return gate.running() + flights.unsent() == 0;
  }

  @Override
  public void close() {
    timer.close();
  }

  /** Which questions the lane may ask. Called with the lock held. */
  Opening opening(TaskLane lane) {
    return accepting && flights.isOpen(lane) ? opening() : Opening.PAUSED;
  }

  /** Which questions may be asked, by commands and by the gate. */
  private Opening opening() {
    Opening now = gate.opening();
    return paused && now.begins() ? Opening.PAUSED : now;
  }

  /** Whether there is a shared cache, as far as is known. Takes no lock. */
  boolean looksUp() {
    return runner.looksUp();
  }

  /** Whether there is a shared cache, and room for another look-up. Called with the lock held. */
  boolean mayLookUp() {
    return looksUp() && flights.lookingUp() < LookAheads.MAX_LOOK_UPS;
  }

  /** Begins a flight, with a look-up if there may be one. Called with the lock held. */
  void begin(Flight flight) {
    flights.add(flight, clock.instant());
    try {
      if (flight.question.mayBeShared() && mayLookUp()) {
        Thread.startVirtualThread(() -> lookUp(flight));
      } else {
        makeReady(flight);
      }
    } catch (RuntimeException | Error e) {
      flights.lost(flight);
      throw e;
    }
  }

  /** Closes a lane; returns the running calls that its next owner should wait for. */
  List<RunningCall> leave(TaskLane lane) {
    return locked(
        () -> {
          if (!flights.isOpen(lane)) {
            return List.of();
          }
          flights.close(lane.partition);
          return abandoned ? List.of() : flights.unfinished(lane.partition, callTimeout);
        });
  }

  private void makeReady(Flight flight) {
    if (flights.makeReady(flight)) {
      advance();
    }
  }

  /**
   * Begins the calls that may begin. Called with the lock held after every change of the gate or
   * the flights. Throws nothing, or the timer would not be set: an exception is logged, and the
   * timer tries again.
   */
  private void advance() {
    try {
      beginReady();
      failing = false;
    } catch (RuntimeException | Error e) {
      timer.at(clock.instant().plus(AGAIN), clock.instant());
      if (!failing) {
        failing = true;
        log.error("BUG: calls could not begin, tried again each second", e);
      }
    }
  }

  private void beginReady() {
    gate.tick();
    startReady();
    Opening before = opening;
    opening = opening();
    if (opening.holdsBack()) {
      giveBackReady();
    }
    boolean news =
        switch (opening) {
          // tasks that wait for the end of a pause do not look at their requests by themselves
          case SHUT -> before == Opening.PAUSED;
          case EXHAUSTED -> before != opening;
          case PAUSED -> false;
          case FRESH, ANY -> opening.compareTo(before) > 0;
        };
    if (gate.takeFreedQuestions() || news) {
      flights.openPartitions().forEach(this::sendWake);
    }
    Flight next = flights.nextReady();
    timer.at(gate.nextChange(next == null ? null : next.question.prompt()), clock.instant());
  }

  private void startReady() {
    Flight next;
    while (!paused && (next = flights.nextReady()) != null) {
      Optional<Permit> permit = gate.tryBegin(next.question.prompt());
      if (permit.isEmpty()) {
        return;
      }
      Flight flight = next;
      flights.begin(flight, clock.instant());
      try {
        Thread.ofVirtual().name("call-", 0).start(() -> call(flight, permit.get()));
        flight.lane.begun.incrementAndGet();
      } catch (RuntimeException | Error e) {
        gate.notMade(permit.get());
        flights.lost(flight);
        throw e;
      }
    }
  }

  /** Gives ready flights back: their tasks turn away or hold back what the gate stops. */
  private void giveBackReady() {
    Flight next;
    while ((next = flights.nextReady()) != null && flights.beginSending(next, clock.instant())) {
      Flight flight = next;
      try {
        Thread.startVirtualThread(() -> send(flight, new Postponed(flight.callId)));
      } catch (RuntimeException | Error e) {
        flights.lost(flight);
        throw e;
      }
    }
  }

  private void sendWake(int partition) {
    Thread.startVirtualThread(() -> runner.send(partition, "", new Wake(), acknowledged -> {}));
  }

  private void lookUp(Flight flight) {
    try {
      Optional<CallEnded> found = runner.find(flight);
      if (found.isEmpty()) {
        locked(() -> makeReady(flight));
      } else if (locked(() -> flights.beginSending(flight, clock.instant()))) {
        send(flight, found.get());
      }
    } catch (RuntimeException | Error e) {
      runner.failed("A look-up", e);
      lost(flight);
    }
  }

  private void call(Flight flight, Permit permit) {
    CallRunner.CallResult call =
        runner.call(flight, permit.model(), () -> locked(() -> gate.again(permit)));
    Outcome outcome = ended(flight, permit, call);
    send(flight, call.record(flight, outcome));
    if (outcome instanceof Outcome.Explained(var explanation)) {
      runner.share(flight, explanation, call);
    }
  }

  /** Gives the permit back, and waits for the gate's conclusion, up to 2 s. */
  private Outcome ended(Flight flight, Permit permit, CallRunner.CallResult call) {
    try {
      Supplier<Outcome> told =
          locked(
              () -> {
                try {
                  return gate.end(permit, call.outcome());
                } finally {
                  flights.beginSending(flight, clock.instant());
                  flights.charge(flight, call.charge());
                  advance();
                }
              });
      return told.get();
    } catch (RuntimeException | Error e) {
      runner.failed("The end of a call", e);
      return call.outcome();
    }
  }

  /** Sends a flight's outcome; may block while the broker is away. */
  private void send(Flight flight, OutcomeRecord record) {
    AtomicBoolean told = new AtomicBoolean();
    runner.send(
        flight.partition,
        flight.cacheKey,
        record,
        acknowledged -> {
          if (!told.getAndSet(true)) {
            sent(flight, acknowledged);
          }
        });
  }

  private void sent(Flight flight, boolean inKafka) {
    locked(
        () -> {
          flights.sent(flight, inKafka);
          signalIfQuiet();
        });
  }

  private void lost(Flight flight) {
    locked(
        () -> {
          flights.lost(flight);
          signalIfQuiet();
          advance();
        });
  }
}
