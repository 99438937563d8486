package dev.explanations.worker.gate;

import dev.explanations.worker.gate.BreakerStatus.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a circuit breaker has been through since the start.
 *
 * @param last its last changes, the oldest first
 * @param entered how often it has changed into each state
 */
public record BreakerHistory(List<Transition> last, Map<State, Long> entered) {

  public record Transition(Instant at, State from, State to) {}
}
