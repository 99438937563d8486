package dev.explanations.worker;

import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.ops.CircuitBreakers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gate's circuit breakers for operators. They exist before there is a dispatcher, whose lock
 * guards them from then on; until then this object's does.
 */
final class WorkerBreakers implements CircuitBreakers {

  private final CallGate gate;
  private @Nullable CallDispatcher dispatcher;

  WorkerBreakers(CallGate gate) {
    this.gate = gate;
  }

  /** From now on calls may be made. */
  synchronized void attach(CallDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public synchronized List<BreakerStatus> all() {
    return dispatcher == null ? gate.breakers() : dispatcher.breakers();
  }
}
