package dev.explanations.worker.gate;

import dev.explanations.worker.gate.BreakerStatus.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Transitions of a circuit breaker since the start.
 *
 * @param last the latest transitions, the oldest first
 * @param entered number of transitions into each state
 */
public record BreakerHistory(List<Transition> last, Map<State, Long> entered) {

  public record Transition(Instant at, State from, State to) {}
}
