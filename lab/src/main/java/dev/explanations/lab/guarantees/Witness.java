package dev.explanations.lab.guarantees;

import java.util.List;

/** Shows each observation to all guarantees. Safe for use by many threads. */
public final class Witness {

  private final List<Guarantee> guarantees;

  public Witness(List<Guarantee> guarantees) {
    this.guarantees = List.copyOf(guarantees);
  }

  public synchronized void saw(Observation observation) {
    for (Guarantee guarantee : guarantees) {
      guarantee.saw(observation);
    }
  }

  /** Of all guarantees, in their order, while the workers run. */
  public synchronized List<Violation> soFar() {
    return guarantees.stream().flatMap(each -> each.soFar().stream()).toList();
  }

  /** Of all guarantees, in their order, when nothing runs any more. */
  public synchronized List<Violation> judge() {
    return guarantees.stream().flatMap(each -> each.judge().stream()).toList();
  }
}
