package dev.explanations.worker.flow;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * The alarms of all tasks of this worker: a stream thread that waits for records learns here when
 * it has to be back. Safe for many threads, of which each sees the alarms of its own tasks.
 */
public final class Alarms {

  private final ThreadLocal<Set<Alarm>> ofThread = ThreadLocal.withInitial(HashSet::new);

  void add(Alarm alarm) {
    ofThread.get().add(alarm);
  }

  void remove(Alarm alarm) {
    ofThread.get().remove(alarm);
  }

  /** When the calling thread's next alarm rings; {@link Instant#MAX} while none is set. */
  public Instant next() {
    Instant next = Instant.MAX;
    for (Alarm alarm : ofThread.get()) {
      next = alarm.ringsAt().isBefore(next) ? alarm.ringsAt() : next;
    }
    return next;
  }
}
