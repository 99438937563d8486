package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.LostSessions;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.ViolationLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * No two calls for one question to one model overlap, on whatever workers. Excepted are overlaps
 * where the earlier call's worker is dead, either worker may have lost its session, or the earlier
 * call ran into its time limit or broke off.
 */
final class SingleFlight extends ViolationLog {

  private final long patience;
  private final long slack;
  private final LostSessions estrangement;
  private final Map<Long, Flight> flights = new LinkedHashMap<>();
  private final Map<Key, List<Flight>> byKey = new HashMap<>();

  private record Key(String question, String model) {}

  /**
   * @param overlapping calls with the same key that began while this one ran
   */
  private record Flight(CallBegan began, List<CallBegan> overlapping) {

    Key key() {
      return new Key(began.question(), began.model());
    }
  }

  SingleFlight(Limits limits) {
    this.slack = limits.slack().toNanos();
    this.patience = limits.callTimeout().toNanos() - slack;
    this.estrangement = new LostSessions(limits);
  }

  @Override
  public void saw(Observation observation) {
    estrangement.saw(observation);
    switch (observation) {
      case CallBegan call -> began(call);
      case CallEnded call -> {
        Flight flight = flights.remove(call.call());
        if (flight != null) {
          ended(flight, call.delivered() ? call.nanos() : Long.MIN_VALUE);
        }
      }
      default -> {}
    }
  }

  private void began(CallBegan call) {
    dropThoseOutOfTime(call.nanos());
    Flight flight = new Flight(call, new ArrayList<>());
    List<Flight> others = byKey.computeIfAbsent(flight.key(), _ -> new ArrayList<>());
    for (Flight other : others) {
      if (call.nanos() - other.began.nanos() < patience) {
        other.overlapping.add(call);
      }
    }
    others.add(flight);
    flights.put(call.call(), flight);
  }

  /** Ends calls that are far beyond their time limit: some hang for ever. */
  private void dropThoseOutOfTime(long now) {
    for (Iterator<Flight> oldest = flights.values().iterator(); oldest.hasNext(); ) {
      Flight flight = oldest.next();
      if (now - flight.began.nanos() < patience + 3 * slack) {
        return;
      }
      oldest.remove();
      ended(flight, Long.MAX_VALUE);
    }
  }

  /**
   * @param end {@link Long#MIN_VALUE} for a call that broke off: nobody knows when its worker
   *     noticed
   */
  private void ended(Flight flight, long end) {
    List<Flight> others = byKey.getOrDefault(flight.key(), new ArrayList<>());
    others.remove(flight);
    if (others.isEmpty()) {
      byKey.remove(flight.key());
    }
    CallBegan first = flight.began;
    for (CallBegan second : flight.overlapping) {
      if (second.nanos() < end && !isExcused(first, second)) {
        broken(
            second.nanos(),
            "%s made call %d for %s, %s while call %d of %s ran, begun %s before"
                .formatted(
                    second.worker(),
                    second.call(),
                    second.question(),
                    second.model(),
                    first.call(),
                    first.worker(),
                    Duration.ofMillis((second.nanos() - first.nanos()) / 1_000_000)));
      }
    }
  }

  private boolean isExcused(CallBegan first, CallBegan second) {
    return estrangement.isGone(first.worker(), second.nanos())
        || estrangement.mayLack(first.worker(), first.nanos(), second.nanos())
        || estrangement.mayLack(second.worker(), first.nanos(), second.nanos());
  }

  @Override
  protected void end() {
    List<Flight> hanging = new ArrayList<>(flights.values());
    flights.clear();
    hanging.forEach(flight -> ended(flight, Long.MAX_VALUE));
  }
}
