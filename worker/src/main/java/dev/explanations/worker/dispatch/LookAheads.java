package dev.explanations.worker.dispatch;

import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Look-ups in the shared cache for requests that have to wait for a slot or the end of a pause. A
 * miss has no effect: the request is offered when its turn comes. Thread-safe.
 */
final class LookAheads {

  /**
   * Bound of look-ups ahead, and of the look-ups of flights as well. More than calls, since each
   * takes a millisecond.
   */
  static final int MAX_LOOK_UPS = 256;

  private static final Logger log = LoggerFactory.getLogger(LookAheads.class);

  private final SharedAnswers shared;
  private final OutcomeChannel outcomes;
  private final Semaphore slots = new Semaphore(MAX_LOOK_UPS);

  LookAheads(SharedAnswers shared, OutcomeChannel outcomes) {
    this.shared = shared;
    this.outcomes = outcomes;
  }

  /** Begins a look-up, unless {@link #MAX_LOOK_UPS} are under way. */
  void begin(int partition, String cacheKey) {
    if (slots.tryAcquire()) {
      try {
        Thread.startVirtualThread(() -> lookUp(partition, cacheKey));
      } catch (RuntimeException | Error e) {
        slots.release();
        throw e;
      }
    }
  }

  private void lookUp(int partition, String cacheKey) {
    try {
      shared
          .find(cacheKey, UUID.randomUUID().toString())
          .ifPresent(found -> outcomes.send(partition, cacheKey, found, acknowledged -> {}));
    } catch (RuntimeException | Error e) {
      // the request is looked up again when its turn comes
      log.debug("Look-up ahead failed, cacheKey={}", cacheKey, e);
    } finally {
      slots.release();
    }
  }
}
