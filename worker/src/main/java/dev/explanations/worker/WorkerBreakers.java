package dev.explanations.worker;

import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.ops.BreakerView;
import dev.explanations.worker.ops.CircuitBreakers;
import java.util.List;
import java.util.Optional;
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
  public synchronized List<BreakerView> all() {
    List<BreakerStatus> all = dispatcher == null ? gate.breakers() : dispatcher.breakers();
    return all.stream().map(WorkerBreakers::view).toList();
  }

  @Override
  public synchronized Optional<BreakerView> reset(String name) {
    var _ = dispatcher == null ? gate.reset(name) : dispatcher.resetBreaker(name);
    return find(name);
  }

  @Override
  public synchronized Optional<BreakerView> open(String name) {
    var _ = dispatcher == null ? gate.holdOpen(name) : dispatcher.holdBreakerOpen(name);
    return find(name);
  }

  private Optional<BreakerView> find(String name) {
    return all().stream().filter(breaker -> breaker.name().equals(name)).findFirst();
  }

  private static BreakerView view(BreakerStatus breaker) {
    return new BreakerView(
        breaker.name(),
        BreakerView.State.valueOf(breaker.state().name()),
        breaker.failures(),
        breaker.successes(),
        breaker.lastFailure(),
        breaker.forced());
  }
}
