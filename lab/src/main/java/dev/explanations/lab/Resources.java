package dev.explanations.lab;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/**
 * Everything that a command has started; closed in reverse order, once, when the command ends or
 * when the process is interrupted, whichever comes first.
 */
public final class Resources implements AutoCloseable {

  private final Deque<AutoCloseable> newestFirst = new ArrayDeque<>();
  private boolean closed;
  private volatile boolean awaitsInterruption;

  public Resources() {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::shutDown));
  }

  public synchronized <T extends AutoCloseable> T add(T resource) {
    newestFirst.addFirst(resource);
    return resource;
  }

  /** Waits for Ctrl-C, which closes everything and then ends the process with exit code 0. */
  public void awaitInterruption() throws InterruptedException {
    awaitsInterruption = true;
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

  private void shutDown() {
    close();
    if (awaitsInterruption) {
      // asked for, so not the 130 of an interrupted process
      Runtime.getRuntime().halt(0);
    }
  }
}
