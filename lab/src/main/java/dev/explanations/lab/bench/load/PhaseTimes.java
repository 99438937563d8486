package dev.explanations.lab.bench.load;

import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Notes when the phases of a timeline began. Thread-safe. */
public final class PhaseTimes implements TimelineListener {

  private final Map<String, Long> nanos = new HashMap<>();

  @Override
  public synchronized void began(Timeline.Phase phase) {
    nanos.put(phase.name(), System.nanoTime());
    notifyAll();
  }

  /**
   * Waits for a phase to begin.
   *
   * @return {@link System#nanoTime} when it did
   * @throws IllegalStateException when it does not in time
   */
  public synchronized long await(String phase, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!nanos.containsKey(phase)) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        throw new IllegalStateException("phase '" + phase + "' has not begun");
      }
      wait(millis);
    }
    return nanos.get(phase);
  }
}
