package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.CallGate.Opening;
import dev.explanations.worker.gate.Permit;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets flights that are ready begin as the gate allows, and gives them back while it is shut.
 * Guarded by the dispatcher's lock; waits for nothing.
 */
final class CallStarter {

  private static final Logger log = LoggerFactory.getLogger(CallStarter.class);

  /** How soon it is tried again after something was thrown. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final CallGate gate;
  private final Flights flights;
  private final CallRunner work;
  private final Timer timer;
  private final Clock clock;
  private boolean paused;
  private Opening opening = Opening.ANY;
  private boolean failing;

  /**
   * @param timer lets {@link #advance} be called when time alone changes something
   */
  CallStarter(CallGate gate, Flights flights, CallRunner work, Timer timer, Clock clock) {
    this.gate = gate;
    this.flights = flights;
    this.work = work;
    this.timer = timer;
    this.clock = clock;
  }

  /** By a command; an {@link #advance} has to follow. */
  void pause(boolean paused) {
    this.paused = paused;
  }

  /** Which questions may be asked, by commands and by the gate. */
  Opening opening() {
    Opening now = gate.opening();
    return paused && now != Opening.SHUT ? Opening.PAUSED : now;
  }

  /**
   * After anything that may have changed what may begin. Lets nothing out that is thrown, but tries
   * again soon: everybody who tells something calls it, and no timer would be set.
   */
  void advance() {
    try {
      begin();
      failing = false;
    } catch (RuntimeException | Error e) {
      timer.at(clock.instant().plus(AGAIN), clock.instant());
      if (!failing) {
        failing = true;
        log.error("BUG: calls could not begin, tried again each second", e);
      }
    }
  }

  private void begin() {
    gate.tick();
    startReady();
    Opening before = opening;
    opening = opening();
    if (opening == Opening.SHUT) {
      giveBackReady();
    }
    boolean wider = opening.compareTo(before) > 0 && opening != Opening.PAUSED;
    if (gate.hasReleased() || wider) {
      flights.openPartitions().forEach(work::startWaking);
    }
    Flight next = flights.nextReady();
    timer.at(gate.nextChange(next == null ? null : next.question.prompt()), clock.instant());
  }

  private void startReady() {
    Flight flight;
    while (!paused && (flight = flights.nextReady()) != null) {
      Optional<Permit> permit = gate.tryBegin(flight.question.prompt());
      if (permit.isEmpty()) {
        return;
      }
      flights.begin(flight, clock.instant());
      try {
        work.startCall(flight, permit.get());
      } catch (RuntimeException | Error e) {
        gate.notMade(permit.get());
        flights.lost(flight);
        throw e;
      }
    }
  }

  /** Their requests go where the breaker sends them: waiting here they could not be answered. */
  private void giveBackReady() {
    Flight flight;
    while ((flight = flights.nextReady()) != null
        && flights.beginSending(flight, clock.instant())) {
      try {
        work.startGivingBack(flight);
      } catch (RuntimeException | Error e) {
        flights.lost(flight);
        throw e;
      }
    }
  }
}
