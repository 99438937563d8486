package dev.explanations.worker.control;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The offset up to which every record of the control topic is applied, in whatever order commands
 * finish. Thread-safe.
 */
final class Watermark {

  private final Deque<Step> unfinished = new ArrayDeque<>();
  private long read = -1;

  /** A command that is being applied. */
  final class Step {
    private final long offset;

    private Step(long offset) {
      this.offset = offset;
    }

    void finished() {
      synchronized (Watermark.this) {
        unfinished.remove(this);
      }
    }
  }

  /** Everything below that offset has been read; commands that have begun stay open. */
  synchronized void read(long nextOffset) {
    read = nextOffset - 1;
  }

  /** Begins the command at that offset, before {@link #read} passes it. */
  synchronized Step begin(long offset) {
    Step step = new Step(offset);
    unfinished.add(step);
    return step;
  }

  /** The topic is another one: offsets start again. */
  synchronized void restart() {
    unfinished.clear();
    read = -1;
  }

  synchronized long applied() {
    Step first = unfinished.peek();
    return first == null ? read : Math.min(read, first.offset - 1);
  }
}
