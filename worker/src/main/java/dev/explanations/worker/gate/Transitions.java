package dev.explanations.worker.gate;

import dev.explanations.worker.gate.BreakerStatus.State;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A breaker's last and counted transitions. Used under the dispatcher's lock only. */
final class Transitions {

  static final int KEPT = 20;

  private final ArrayDeque<BreakerHistory.Transition> last = new ArrayDeque<>();
  private final Map<State, Long> entered = new EnumMap<>(State.class);
  private State current;

  Transitions(State initial) {
    this.current = initial;
  }

  /** Called with the present state; no effect if it has not changed. */
  void now(State state, Instant at) {
    if (state == current) {
      return;
    }
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(new BreakerHistory.Transition(at, current, state));
    entered.merge(state, 1L, Long::sum);
    current = state;
  }

  BreakerHistory history() {
    return new BreakerHistory(List.copyOf(last), Map.copyOf(entered));
  }
}
