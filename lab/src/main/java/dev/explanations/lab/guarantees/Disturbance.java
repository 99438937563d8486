package dev.explanations.lab.guarantees;

import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import java.util.Set;

/** Times in which machines failed or workers came and went, so that partitions may stand still. */
public final class Disturbance {

  private static final Set<Change> BEGINNINGS =
      Set.of(Change.STARTED, Change.STOPPING, Change.SUSPENDED, Change.CUT);

  private final Spans spans = new Spans();

  public void saw(Observation observation) {
    switch (observation) {
      case WorkerChanged(long nanos, String worker, Change change) ->
          changed(nanos, worker, change);
      case FaultChanged fault when isOfInterest(fault.kind()) -> spans.saw(fault);
      default -> {}
    }
  }

  private static boolean isOfInterest(FaultKind kind) {
    return kind.isOfMachines() || kind == FaultKind.REBALANCE || kind == FaultKind.VERSION;
  }

  private void changed(long nanos, String worker, Change change) {
    if (BEGINNINGS.contains(change)) {
      spans.begin(worker, nanos);
    } else {
      spans.end(worker, nanos);
      spans.moment(nanos);
    }
  }

  public Spans spans() {
    return spans;
  }
}
