package dev.explanations.worker.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tracks stream threads with uncommitted records, and those that may be about to send some. The
 * clients of each thread report to it: every step of a thread lies between two polls of its
 * consumer. Thread-safe.
 */
final class OpenWork {

  /** Threads between two polls, and threads in a poll with uncommitted records. */
  private final Set<Thread> working = new HashSet<>();

  private final Set<Thread> uncommitted = new HashSet<>();
  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(Set<Thread> threads, CompletableFuture<@Nullable Void> end) {}

  /**
   * Completed when everything that stream threads had begun before this call is committed; at once
   * if they are idle. Work begun after this call sees everything done before it.
   */
  synchronized CompletableFuture<@Nullable Void> committed() {
    CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    if (working.isEmpty()) {
      end.complete(null);
    } else {
      waiting.add(new Waiting(new HashSet<>(working), end));
    }
    return end;
  }

  /** The calling thread has sent a record. */
  synchronized void sent() {
    uncommitted.add(Thread.currentThread());
  }

  /** Everything that the calling thread has sent is committed or aborted. */
  synchronized void ended() {
    uncommitted.remove(Thread.currentThread());
    pass();
  }

  /** The calling thread is about to wait for records. */
  synchronized void beforePoll() {
    if (!uncommitted.contains(Thread.currentThread())) {
      working.remove(Thread.currentThread());
      pass();
    }
  }

  synchronized void afterPoll() {
    working.add(Thread.currentThread());
  }

  /** The calling thread is about to die. */
  synchronized void gone() {
    uncommitted.remove(Thread.currentThread());
    working.remove(Thread.currentThread());
    pass();
  }

  /**
   * Takes the calling thread, which has nothing uncommitted, out of all waits, and completes those
   * that no thread is left in.
   */
  private void pass() {
    for (Waiting each : List.copyOf(waiting)) {
      each.threads().remove(Thread.currentThread());
      if (each.threads().isEmpty()) {
        waiting.remove(each);
        each.end().complete(null);
      }
    }
  }
}
