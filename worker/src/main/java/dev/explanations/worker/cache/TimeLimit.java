package dev.explanations.worker.cache;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds a command to Redis as a whole. It may resolve a name, connect, shake hands and log in
 * first, and each byte of the answer may come just before the socket's timeout. So it runs on a
 * virtual thread of its own, which its caller can abandon.
 */
final class TimeLimit {

  /** Time for an abandoned task to go on: a connection nearly made serves the next command. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private TimeLimit() {}

  static <T> T call(Duration limit, Callable<T> task)
      throws ExecutionException, TimeoutException, InterruptedException {
    FutureTask<T> result = new FutureTask<>(task);
    Thread thread = Thread.ofVirtual().name("redis-call").start(result);
    try {
      return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      Thread.ofVirtual().name("redis-call-end").start(() -> end(thread));
      throw e;
    }
  }

  /** An interrupt closes the socket that a virtual thread waits for. */
  private static void end(Thread thread) {
    try {
      if (!thread.join(GRACE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
    }
  }
}
