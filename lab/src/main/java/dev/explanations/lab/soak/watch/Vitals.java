package dev.explanations.lab.soak.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Memory, threads and open files of each life of a worker, over time. Thread-safe. */
public final class Vitals {

  /**
   * Measurement of a worker.
   *
   * @param at since the start of the run
   * @param heap bytes in use, garbage included
   */
  public record Sample(Duration at, double heap, double threads, double files) {}

  private final Map<String, List<Sample>> byLife = new TreeMap<>();

  synchronized void add(String life, Sample sample) {
    byLife.computeIfAbsent(life, each -> new ArrayList<>()).add(sample);
  }

  public synchronized Map<String, List<Sample>> byLife() {
    return new TreeMap<>(byLife);
  }
}
