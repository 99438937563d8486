package dev.explanations.worker.flow;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs its task's action once, at the earliest time asked for. Not a periodic punctuator, since
 * each punctuation leads to a commit, also in an idle worker. Used by the stream thread only.
 */
public final class Alarm {

  /** Longest wait. For a later time the alarm rings early, and its task sets it again. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ProcessorContext<?, ?> context;
  private final Alarms alarms;
  private final CommitRequests commits;
  private final Runnable action;
  private @Nullable Cancellable scheduled;
  private Instant at = Instant.MAX;

  public Alarm(
      ProcessorContext<?, ?> context, Alarms alarms, CommitRequests commits, Runnable action) {
    this.context = context;
    this.alarms = alarms;
    this.commits = commits;
    this.action = action;
    alarms.add(this);
  }

  /** Rings at this time, unless an earlier one has been asked for. */
  public void at(Instant time) {
    if (!time.isBefore(at)) {
      return;
    }
    cancel();
    at = time;
    Duration wait = Duration.between(Instant.ofEpochMilli(context.currentSystemTimeMs()), time);
    Duration atLeastOne = wait.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : wait;
    Duration bounded = atLeastOne.compareTo(LONGEST) > 0 ? LONGEST : atLeastOne;
    scheduled = context.schedule(bounded, PunctuationType.WALL_CLOCK_TIME, now -> ring());
  }

  /** Time of the next ring; {@link Instant#MAX} while none is set. */
  Instant ringsAt() {
    return at;
  }

  /** Called when the task ends. */
  public void close() {
    cancel();
    alarms.remove(this);
  }

  private void ring() {
    cancel();
    try {
      action.run();
      commits.handled(context);
    } catch (RuntimeException | Error e) {
      throw Unforeseen.asException(e);
    }
  }

  private void cancel() {
    if (scheduled != null) {
      scheduled.cancel();
      scheduled = null;
    }
    at = Instant.MAX;
  }
}
