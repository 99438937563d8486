package dev.explanations.worker.cache;

import dev.explanations.worker.cache.SharedCache.Deletion;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.control.CacheState;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes void entries from the shared cache. This application no longer serves them, but they take
 * up room and other applications find them. Entries of later calls stay. Thread-safe; several
 * workers may do so at once.
 */
public final class RedisInvalidator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisInvalidator.class);

  /** Between two tries of a deletion that failed. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final SharedCache cache;
  private final Supplier<CacheState> cacheState;
  private final ExecutorService one =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("void-entries").factory());
  private final AtomicBoolean deletionWaits = new AtomicBoolean();

  /** {@code cacheState} gives the present state, by all commands read so far. */
  public RedisInvalidator(SharedCache cache, Supplier<CacheState> cacheState) {
    this.cache = cache;
    this.cacheState = cacheState;
  }

  /** Begins to delete, in the background, what is void by this command or an earlier one. */
  public void deleteAfter(Command command) {
    if ((command instanceof InvalidateCache || command instanceof ClearCache)
        && !deletionWaits.getAndSet(true)) {
      try {
        one.execute(this::deleteAll);
      } catch (RejectedExecutionException e) {
        // closed
      }
    }
  }

  private void deleteAll() {
    long entries = 0;
    try {
      while (true) {
        // it serves all commands so far: only a later one needs another
        deletionWaits.set(false);
        Deletion deletion = cache.deleteAll(this::isVoid);
        entries += deletion.entries();
        if (deletion.complete()) {
          log.info("{} void entries deleted from Redis", entries);
          return;
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      // closed: what is left expires
    } catch (RuntimeException | Error e) {
      log.error("BUG: void entries were not deleted from Redis, they expire", e);
    }
  }

  private boolean isVoid(CacheEntry entry) {
    return !cacheState.get().admitsFromRedis(entry.calledAt(), entry.hashes());
  }

  /** Deletes no more: what is left expires. */
  @Override
  public void close() {
    one.shutdownNow();
  }
}
