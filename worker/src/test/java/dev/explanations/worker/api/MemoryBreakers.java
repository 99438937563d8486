package dev.explanations.worker.api;

import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.BreakerStatus.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Breakers without calls behind them: a test sets their state, commands change it. */
public final class MemoryBreakers implements Supplier<List<BreakerStatus>> {
  static final Instant FAILED_AT = Instant.parse("2026-11-23T12:00:00Z");

  private final Map<String, BreakerStatus> views = new LinkedHashMap<>();
  private @Nullable RuntimeException failure;

  public MemoryBreakers(String... names) {
    for (String name : names) {
      put(name, State.CLOSED);
    }
  }

  public synchronized void put(String name, State state) {
    boolean failed = state == State.OPEN || state == State.HALF_OPEN;
    views.put(
        name, new BreakerStatus(name, state, failed ? 5 : 0, 0, failed ? FAILED_AT : null, false));
  }

  synchronized State state(String name) {
    return view(name).orElseThrow().state();
  }

  /** From now on every call throws it. */
  public synchronized void fail(RuntimeException failure) {
    this.failure = failure;
  }

  @Override
  public synchronized List<BreakerStatus> get() {
    throwFailure();
    return new ArrayList<>(views.values());
  }

  synchronized void reset(String name) {
    change(new BreakerStatus(name, State.CLOSED, 0, 0, null, false));
  }

  public synchronized void open(String name) {
    change(new BreakerStatus(name, State.OPEN, 0, 0, null, true));
  }

  private void change(BreakerStatus wanted) {
    throwFailure();
    if (view(wanted.name()).filter(view -> view.state() != State.DISABLED).isPresent()) {
      views.put(wanted.name(), wanted);
    }
  }

  private Optional<BreakerStatus> view(String name) {
    return Optional.ofNullable(views.get(name));
  }

  private void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }
}
