package dev.explanations.lab.guarantees;

import java.util.List;
import java.util.function.Consumer;

/** Shows each observation to all guarantees. Thread-safe. */
public final class Witness {

  private final List<Guarantee> guarantees;
  private final Consumer<Observation> figures;

  /**
   * @param figures receives every observation too, from one thread at a time
   */
  public Witness(List<Guarantee> guarantees, Consumer<Observation> figures) {
    this.guarantees = List.copyOf(guarantees);
    this.figures = figures;
  }

  public synchronized void saw(Observation observation) {
    for (Guarantee guarantee : guarantees) {
      guarantee.saw(observation);
    }
    figures.accept(observation);
  }

  /** Violations so far, of all guarantees in their order, while the workers run. */
  public synchronized List<Violation> soFar() {
    return guarantees.stream().flatMap(each -> each.soFar().stream()).toList();
  }

  /** Final violations of all guarantees in their order, when nothing runs any more. */
  public synchronized List<Violation> judge() {
    return guarantees.stream().flatMap(each -> each.judge().stream()).toList();
  }
}
