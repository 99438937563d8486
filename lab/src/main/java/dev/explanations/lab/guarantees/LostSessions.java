package dev.explanations.lab.guarantees;

import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows which workers may have lost their session, and with it their tasks, without knowing:
 * suspended ones, those cut off, and all while brokers or the network are at fault. Each such time
 * counts as longer by a session and the slack. Also knows which workers have ended.
 */
public final class LostSessions {

  private final long session;
  private final long slack;
  private final Map<String, Spans> workers = new HashMap<>();
  private final Map<String, Long> gone = new HashMap<>();
  private final Spans all = new Spans();

  public LostSessions(Limits limits) {
    this.session = limits.session().plus(limits.slack()).toNanos();
    this.slack = limits.slack().toNanos();
  }

  public void saw(Observation observation) {
    switch (observation) {
      case WorkerChanged it -> changed(it);
      case FaultChanged it when it.kind() == FaultKind.BROKER || it.kind() == FaultKind.NETWORK ->
          all.saw(it);
      default -> {}
    }
  }

  private void changed(WorkerChanged it) {
    String name = it.change().name();
    switch (it.change()) {
      case SUSPENDED, CUT -> spans(it.worker()).begin(name, it.nanos());
      case RESUMED -> spans(it.worker()).end("SUSPENDED", it.nanos());
      case RECONNECTED -> spans(it.worker()).end("CUT", it.nanos());
      case KILLED, DIED, STOPPED -> gone.put(it.worker(), it.nanos());
      case STARTED, READY, STOPPING -> {}
    }
  }

  private Spans spans(String worker) {
    return workers.computeIfAbsent(worker, _ -> new Spans());
  }

  /** Whether the worker had ended by that time, or within the slack after it. */
  public boolean isGone(String worker, long by) {
    Long since = gone.get(worker);
    return since != null && since <= by + slack;
  }

  /** Whether the worker may have been without its session at some time between the two. */
  public boolean mayLack(String worker, long from, long to) {
    Spans own = workers.get(worker);
    return all.touch(from, to, session) || (own != null && own.touch(from, to, session));
  }
}
