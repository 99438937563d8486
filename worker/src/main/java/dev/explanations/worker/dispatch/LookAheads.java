package dev.explanations.worker.dispatch;

import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Look-ups for requests that have to wait for a slot or a pause: what the shared cache has need not
 * wait for either. What is not found is asked for in its turn, as if nobody had looked. Safe for
 * many threads.
 */
final class LookAheads {

  /** Look-ups at the same time: far more than calls, for each takes a millisecond. */
  static final int MAX_LOOK_UPS = 256;

  private static final Logger log = LoggerFactory.getLogger(LookAheads.class);

  private final SharedAnswers shared;
  private final OutcomeChannel outcomes;
  private final Semaphore slots = new Semaphore(MAX_LOOK_UPS);

  LookAheads(SharedAnswers shared, OutcomeChannel outcomes) {
    this.shared = shared;
    this.outcomes = outcomes;
  }

  /** Returns at once; with too many under way already it does nothing. */
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
