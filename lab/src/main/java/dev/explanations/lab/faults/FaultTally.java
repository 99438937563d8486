package dev.explanations.lab.faults;

import java.util.ArrayList;
import java.util.List;

/** Faults of a plan that failed or were left out. Thread-safe. */
public final class FaultTally {

  private final List<String> failures = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** Faults that could not be made, or not be ended, with the reason. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Faults that were left out, since an earlier one took longer than planned. */
  public synchronized List<String> skipped() {
    return List.copyOf(skipped);
  }

  synchronized void failed(String fault, String step, Exception cause) {
    failures.add("%s of '%s': %s".formatted(step, fault, cause));
  }

  synchronized void skipped(Fault fault) {
    skipped.add(fault.name());
  }
}
