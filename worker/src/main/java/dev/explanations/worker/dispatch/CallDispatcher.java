package dev.explanations.worker.dispatch;

import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Answers questions for all tasks of this process: from the shared cache or, when the {@link
 * CallGate} permits, by a call. Each outcome is sent to the outcomes topic. Thread-safe.
 *
 * <p>Half as many flights again are accepted as may run, so that a freed slot starts the next call
 * without waiting for a stream thread. While the gate is shut or the budget spent, flights are
 * accepted for their look-up alone; those that find nothing are given back.
 */
public final class CallDispatcher implements Lanes, AutoCloseable {

  /** A call that has not ended so long after its time limit hangs. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final CallGate gate;
  private final OutcomeChannel outcomes;
  private final DispatchSettings settings;
  private final Clock clock;
  private final Flights flights;
  private final CallScheduler scheduler;
  private final LookAheads lookAheads;

  public CallDispatcher(
      CallGate gate,
      SharedAnswers shared,
      OutcomeChannel outcomes,
      Pricing pricing,
      Ledger ledger,
      DispatchSettings settings,
      Clock clock,
      Tracing tracing) {
    this.gate = gate;
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.flights = new Flights(ledger);
    CallRunner runner = new CallRunner(shared, outcomes, pricing, settings, clock, tracing);
    this.scheduler = new CallScheduler(gate, flights, runner, settings.callTimeout(), clock);
    this.lookAheads = new LookAheads(shared, outcomes);
  }

  @Override
  public Lane open(int partition) {
    TaskLane lane = new TaskLane(partition, scheduler, gate, flights, outcomes, lookAheads);
    return scheduler.changed(
        () -> {
          flights.open(lane);
          return lane;
        });
  }

  public int inFlight() {
    return scheduler.locked(gate::running);
  }

  /** Number of outcomes that are known and not acknowledged. */
  public int unsent() {
    return scheduler.locked(flights::unsent);
  }

  /** Takes the lock for some microseconds. */
  public DispatchStatus status() {
    return scheduler.locked(
        () ->
            new DispatchStatus(
                gate.status(),
                flights.waiting(),
                flights.oldestUnread(),
                flights.begunBefore(clock.instant().minus(settings.callTimeout()).minus(GRACE))));
  }

  /** All circuit breakers, the first model's first. */
  public List<BreakerStatus> breakers() {
    return scheduler.locked(gate::breakers);
  }

  /** Closes a breaker and forgets its failures; false if there is none of that name. */
  public boolean resetBreaker(String name) {
    return scheduler.changed(() -> gate.reset(name));
  }

  /** Holds a breaker open until it is reset; false if there is none of that name. */
  public boolean holdBreakerOpen(String name) {
    return scheduler.changed(() -> gate.holdOpen(name));
  }

  /** Begins the calls that a new limit of the budget allows. */
  public void budgetHasChanged() {
    scheduler.changed(() -> true);
  }

  /**
   * Begins no more calls, or begins them again. During the pause look-ups go on, and requests that
   * meet only open circuit breakers, or a budget that is spent, are still turned away.
   */
  public void pause(boolean paused) {
    scheduler.pause(paused);
  }

  /** Sends a wake record to each open task. */
  public void wake() {
    scheduler.wake();
  }

  /** Accepts no more flights and drops those that have not begun: the pending stores have them. */
  public void stopAccepting() {
    scheduler.stopAccepting();
  }

  /**
   * Waits until no call runs and every outcome is acknowledged.
   *
   * @return false when the timeout came first
   */
  public boolean awaitQuiet(Duration timeout) throws InterruptedException {
    return scheduler.awaitQuiet(timeout);
  }

  /** Ends the timer; running calls end by themselves. */
  @Override
  public void close() {
    scheduler.close();
  }
}
