package dev.explanations.worker.topology;

import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes answered requests out of the pending store. Under exactly-once at once: answer and removal
 * are one transaction. Without transactions the removal may reach Kafka before the answer, and a
 * crash between them would lose the request; so there it waits until the answer is acknowledged,
 * and a crash before that answers again. Used by one stream thread.
 *
 * <p>Between two rings of the task's alarm its thread has committed, and a commit waits for all
 * that was sent before. So what the first ring finds, the second may delete.
 */
final class Removals {

  private static final Duration RING = Duration.ofMillis(250);

  private final PendingStore pending;
  private final boolean atOnce;
  private final Map<String, Removal> waiting = new LinkedHashMap<>();
  private Instant nextStep = Instant.MAX;

  private record Removal(PendingRequest request, boolean seenByARing) {}

  Removals(PendingStore pending, boolean exactlyOnce) {
    this.pending = pending;
    this.atOnce = exactlyOnce;
  }

  /** The request has been answered, or written to the retry topic. */
  void remove(PendingRequest request, Instant now) {
    if (atOnce) {
      pending.remove(request);
    } else {
      waiting.put(request.id(), new Removal(request, false));
      nextStep = waiting.size() == 1 ? now.plus(RING) : nextStep;
    }
  }

  /** Whether the entry is in the store only until its answer is acknowledged. */
  boolean isAnswered(PendingRequest request) {
    return waiting.containsKey(request.id());
  }

  /** The request has come back from the retry topic and waits again. */
  void cameBack(PendingRequest request) {
    waiting.remove(request.id());
  }

  /** On the task's alarm. */
  void step(Instant now) {
    if (now.isBefore(nextStep)) {
      return;
    }
    for (Iterator<Map.Entry<String, Removal>> i = waiting.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, Removal> entry = i.next();
      if (entry.getValue().seenByARing()) {
        pending.remove(entry.getValue().request());
        i.remove();
      } else {
        entry.setValue(new Removal(entry.getValue().request(), true));
      }
    }
    nextStep = waiting.isEmpty() ? Instant.MAX : now.plus(RING);
  }

  /** When {@link #step} should be called next. */
  Instant nextStep() {
    return nextStep;
  }
}
