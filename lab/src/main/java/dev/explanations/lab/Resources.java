package dev.explanations.lab;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/**
 * What a command has started; closed in reverse order, once, when the command ends or when the
 * process is interrupted, whichever comes first.
 */
final class Resources implements AutoCloseable {

  private final Deque<AutoCloseable> newestFirst = new ArrayDeque<>();
  private boolean closed;

  Resources() {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
  }

  synchronized <T extends AutoCloseable> T add(T resource) {
    newestFirst.addFirst(resource);
    return resource;
  }

  /** Waits for Ctrl-C, which ends the process after closing everything. */
  static void awaitInterruption() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (AutoCloseable resource : newestFirst) {
      try {
        resource.close();
      } catch (Exception e) {
        System.err.println("could not close " + resource + ": " + e.getMessage());
      }
    }
  }
}
