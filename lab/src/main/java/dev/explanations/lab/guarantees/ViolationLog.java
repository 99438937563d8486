package dev.explanations.lab.guarantees;

import java.util.ArrayList;
import java.util.List;

/** Keeps the first thousand violations of a promise, and counts the others. */
public abstract class ViolationLog implements Guarantee {

  private static final int KEPT = 1000;

  private final List<Violation> broken = new ArrayList<>();
  private long others;
  private boolean ended;

  protected final void broken(long nanos, String what) {
    if (broken.size() < KEPT) {
      broken.add(new Violation(name(), nanos, what));
    } else {
      others++;
    }
  }

  /**
   * Called once, when everything has been observed: reports missing observations by {@link
   * #broken}.
   */
  protected void end() {}

  @Override
  public final List<Violation> soFar() {
    List<Violation> all = new ArrayList<>(broken);
    if (others > 0) {
      all.add(new Violation(name(), all.getLast().nanos(), "and %d more".formatted(others)));
    }
    return all;
  }

  @Override
  public final List<Violation> judge() {
    if (!ended) {
      ended = true;
      end();
    }
    return soFar();
  }
}
