package dev.explanations.worker.cache;

import dev.explanations.worker.explanation.Explanation;
import java.time.Instant;
import java.util.Optional;

/**
 * Explanations that others may have paid for. Never a reason for anything to fail: it never throws,
 * answers within a bounded time, and what goes wrong is a miss or a lost entry. Called on virtual
 * threads, never on a stream thread.
 */
public interface SharedCache {

  /** No second tier. */
  SharedCache NONE =
      new SharedCache() {
        @Override
        public boolean isAvailable() {
          return false;
        }

        @Override
        public Optional<Entry> get(String cacheKey) {
          return Optional.empty();
        }

        @Override
        public void put(String cacheKey, Entry entry) {}
      };

  /**
   * An explanation with its past and its end.
   *
   * @param topicHash of the request's topic, in every spelling of it
   * @param calledAt when the call began that it came from
   * @param expiresAt when it ends, wherever it is kept
   */
  record Entry(Explanation explanation, String topicHash, Instant calledAt, Instant expiresAt) {}

  /** Whether a look-up is worth its time, as far as is known; does not wait. */
  boolean isAvailable();

  Optional<Entry> get(String cacheKey);

  void put(String cacheKey, Entry entry);
}
