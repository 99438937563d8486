package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.BreakerChanged;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.guarantees.ViolationLog;
import dev.explanations.lab.simulator.script.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker makes no call while its own log says that the breaker is open, and no more than the
 * probes while it is half-open. Calls close to a change of state are not judged: they were on their
 * way when the breaker opened, or the log was read late.
 *
 * <p>The model of a worker's first call is its main model, whose breaker is {@code google_ai}. The
 * breaker of a fallback model has the model in its name.
 */
final class NoCallWhileOpen extends ViolationLog {

  private static final String FIRST = "google_ai";

  private final int probes;
  private final long slack;
  private final Map<String, Life> lives = new HashMap<>();
  private long latest = Long.MIN_VALUE;

  private static final class Life {
    final Map<String, Breaker> breakers = new HashMap<>();
    String model = "";

    /** When the worker was last resumed: calls on their way at its suspension arrive after that. */
    long resumed = Long.MIN_VALUE / 2;
  }

  private static final class Breaker {
    String state = "CLOSED";
    long since = Long.MIN_VALUE / 2;
    long openFor;
    final List<CallBegan> calls = new ArrayList<>();

    /** Number of {@code calls} that said nothing about the model: their permits are free again. */
    int released;
  }

  NoCallWhileOpen(Limits limits) {
    this.probes = limits.probes();
    this.slack = limits.slack().toNanos();
  }

  @Override
  public void saw(Observation observation) {
    latest = Math.max(latest, observation.nanos());
    switch (observation) {
      case CallBegan call -> began(call);
      case CallEnded call -> ended(call);
      case BreakerChanged it -> changed(it);
      case WorkerChanged it -> changed(it);
      default -> {}
    }
  }

  private void began(CallBegan call) {
    Life life = life(call.worker());
    if (life.model.isEmpty()) {
      life.model = call.model();
    }
    String name = call.model().equals(life.model) ? FIRST : FIRST + ":" + call.model();
    Breaker breaker = life.breakers.get(name);
    if (breaker != null && !breaker.state.equals("CLOSED")) {
      breaker.calls.add(call);
    }
  }

  private Life life(String worker) {
    return lives.computeIfAbsent(worker, _ -> new Life());
  }

  private void ended(CallEnded ended) {
    boolean told = ended.reply() instanceof Reply.Answer || ended.reply() instanceof Reply.SlowBody;
    if (!told) {
      for (Life life : lives.values()) {
        for (Breaker breaker : life.breakers.values()) {
          boolean here = breaker.calls.stream().anyMatch(call -> call.call() == ended.call());
          breaker.released += here ? 1 : 0;
        }
      }
    }
  }

  private void changed(BreakerChanged it) {
    Life life = life(it.worker());
    Breaker breaker = life.breakers.computeIfAbsent(it.breaker(), _ -> new Breaker());
    judge(life, breaker, it.nanos());
    breaker.openFor = breaker.state.equals("OPEN") ? it.nanos() - breaker.since : 0;
    breaker.state = it.state();
    breaker.since = it.nanos();
    breaker.calls.clear();
    breaker.released = 0;
  }

  private void changed(WorkerChanged it) {
    switch (it.change()) {
      case RESUMED -> life(it.worker()).resumed = it.nanos();
      case KILLED, DIED, STOPPED -> {
        Life life = life(it.worker());
        life.breakers.values().forEach(breaker -> judge(life, breaker, it.nanos()));
        lives.remove(it.worker());
      }
      case STARTED, READY, STOPPING, SUSPENDED, CUT, RECONNECTED -> {}
    }
  }

  /** Judges the calls of a state that ended at that time, or a little earlier. */
  private void judge(Life life, Breaker breaker, long end) {
    long from = Math.max(breaker.since, life.resumed);
    if (breaker.state.equals("OPEN")) {
      breaker.calls.stream()
          .filter(call -> call.nanos() > from + slack && call.nanos() < end - slack)
          .forEach(
              call ->
                  broken(
                      call.nanos(),
                      "%s made call %d (%s) %d ms after its breaker had opened"
                          .formatted(
                              call.worker(),
                              call.call(),
                              call.question(),
                              (call.nanos() - breaker.since) / 1_000_000)));
    } else if (breaker.state.equals("HALF_OPEN")
        && breaker.openFor > slack
        && breaker.since > life.resumed + slack) {
      List<CallBegan> calls =
          breaker.calls.stream().filter(call -> call.nanos() < end - slack).toList();
      if (calls.size() - breaker.released > probes) {
        broken(
            calls.getLast().nanos(),
            "%s made %d calls in half-open, %d of which said nothing: probes are %d"
                .formatted(calls.getLast().worker(), calls.size(), breaker.released, probes));
      }
    }
  }

  @Override
  protected void end() {
    for (Life life : lives.values()) {
      life.breakers.values().forEach(breaker -> judge(life, breaker, latest));
    }
  }
}
