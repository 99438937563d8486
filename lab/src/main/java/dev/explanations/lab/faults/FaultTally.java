package dev.explanations.lab.faults;

import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Outcome of a plan. Thread-safe. */
public final class FaultTally {

  private final Map<FaultKind, Integer> made = new EnumMap<>(FaultKind.class);
  private final List<String> failures = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** Faults that have begun, failed ones not counted. */
  public synchronized Map<FaultKind, Integer> made() {
    return new EnumMap<>(made);
  }

  public synchronized int madeInAll() {
    return made.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Of processes, brokers, networks and disks. */
  public synchronized int madeOfMachines() {
    return made.entrySet().stream()
        .filter(entry -> entry.getKey().isOfMachines())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** Faults that could not be made, or not be ended, with the reason. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Faults that were left out, since an earlier one took longer than planned. */
  public synchronized List<String> skipped() {
    return List.copyOf(skipped);
  }

  synchronized void made(FaultKind kind) {
    made.merge(kind, 1, Integer::sum);
  }

  synchronized void failed(String fault, String step, Exception cause) {
    failures.add("%s of '%s': %s".formatted(step, fault, cause));
  }

  synchronized void skipped(Fault fault) {
    skipped.add(fault.name());
  }
}
