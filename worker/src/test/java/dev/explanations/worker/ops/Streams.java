package dev.explanations.worker.ops;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Streams in which nothing waits. */
final class Streams {
  static final StreamsView.Queue EMPTY = new StreamsView.Queue(0, 10, null, null, 0);

  private Streams() {}

  /** It has had its state for a minute. */
  static StreamsView view(String state, int threads, @Nullable Long lag, boolean paused) {
    return new StreamsView(
        state, Duration.ofMinutes(1), true, threads, 12, false, false, lag, paused, EMPTY, false);
  }

  static StreamsView with(StreamsView.Queue queue) {
    return new StreamsView(
        "RUNNING", Duration.ofMinutes(1), true, 2, 12, false, false, 0L, false, queue, false);
  }
}
