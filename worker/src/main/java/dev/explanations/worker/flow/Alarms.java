package dev.explanations.worker.flow;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Alarms of all tasks of this worker: they bound how long a stream thread waits for records.
 * Thread-safe; each stream thread sees the alarms of its own tasks.
 */
public final class Alarms {

  private final ThreadLocal<Set<Alarm>> ofThread = ThreadLocal.withInitial(HashSet::new);

  void add(Alarm alarm) {
    ofThread.get().add(alarm);
  }

  void remove(Alarm alarm) {
    ofThread.get().remove(alarm);
  }

  /** Time of the calling thread's next alarm; {@link Instant#MAX} while none is set. */
  public Instant next() {
    Instant next = Instant.MAX;
    for (Alarm alarm : ofThread.get()) {
      next = alarm.ringsAt().isBefore(next) ? alarm.ringsAt() : next;
    }
    return next;
  }
}
