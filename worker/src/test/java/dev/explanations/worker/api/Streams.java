package dev.explanations.worker.api;

import dev.explanations.worker.health.StreamsView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Streams in which nothing waits. */
public final class Streams {
  public static final StreamsView.Queue EMPTY = new StreamsView.Queue(0, 10, null, null, 0);

  private Streams() {}

  /** It has had its state for a minute. */
  public static StreamsView view(String state, int threads, @Nullable Long lag, boolean paused) {
    return new StreamsView(
        state, Duration.ofMinutes(1), true, threads, 12, false, false, lag, paused, EMPTY, false);
  }

  public static StreamsView with(StreamsView.Queue queue) {
    return new StreamsView(
        "RUNNING", Duration.ofMinutes(1), true, 2, 12, false, false, 0L, false, queue, false);
  }
}
