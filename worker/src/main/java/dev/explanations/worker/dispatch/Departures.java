package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.Permit;
import java.time.Clock;
import java.util.Optional;

/**
 * Lets flights that are ready begin as the gate allows, and gives them back while it is shut.
 * Guarded by the dispatcher's lock; waits for nothing.
 */
final class Departures {

  private final CallGate gate;
  private final Flights flights;
  private final FlightWork work;
  private final Timer timer;
  private final Clock clock;
  private boolean paused;
  private boolean callsCouldBegin = true;

  /**
   * @param timer lets {@link #advance} be called when time alone changes something
   */
  Departures(CallGate gate, Flights flights, FlightWork work, Timer timer, Clock clock) {
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

  /** By a command, or because Gemini asks for it. */
  boolean isPaused() {
    return paused || gate.isPaused();
  }

  /** After anything that may have changed what may begin. */
  void advance() {
    gate.tick();
    startReady();
    if (gate.isShut()) {
      giveBackReady();
    }
    boolean callsCanBegin = !gate.isShut() && !isPaused();
    if (callsCanBegin && !callsCouldBegin) {
      flights.openPartitions().forEach(work::startWaking);
    }
    callsCouldBegin = callsCanBegin;
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
      work.startCall(flight, permit.get());
    }
  }

  /** Their requests go where the breaker sends them: waiting here they could not be answered. */
  private void giveBackReady() {
    Flight flight;
    while ((flight = flights.nextReady()) != null
        && flights.beginSending(flight, clock.instant())) {
      work.startGivingBack(flight);
    }
  }
}
