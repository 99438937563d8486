package dev.explanations.worker.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Knows which stream threads have sent something that is not committed, or may be about to send it.
 * Told by the clients of each thread, since every step of a thread lies between two polls of its
 * consumer. Safe for many threads; those who tell are stream threads.
 */
final class OpenWork {

  /** Between two polls, or with something uncommitted in one. */
  private final Set<Thread> working = new HashSet<>();

  private final Set<Thread> uncommitted = new HashSet<>();
  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(Set<Thread> threads, CompletableFuture<@Nullable Void> end) {}

  /**
   * Completed when everything is committed that stream threads have begun to do before; at once if
   * they are idle. What they begin after this call sees all that was done before it.
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

  /** The calling thread has sent something. */
  synchronized void sent() {
    uncommitted.add(Thread.currentThread());
  }

  /** Nothing that the calling thread has sent is open any more. */
  synchronized void ended() {
    uncommitted.remove(Thread.currentThread());
    pass();
  }

  /** The calling thread waits for records now. */
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

  /** The calling thread is between two steps, and has nothing uncommitted. */
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
