package dev.explanations.lab.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How much each life of a worker takes, over time. Safe for use by many threads. */
final class Vitals {

  /**
   * A look at a worker.
   *
   * @param at since the start of the run
   * @param heap bytes in use, garbage included
   */
  record Sample(Duration at, double heap, double threads, double files) {}

  private final Map<String, List<Sample>> byLife = new TreeMap<>();

  synchronized void add(String life, Sample sample) {
    byLife.computeIfAbsent(life, each -> new ArrayList<>()).add(sample);
  }

  synchronized Map<String, List<Sample>> byLife() {
    return new TreeMap<>(byLife);
  }
}
