package dev.explanations.worker.flow;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Wakes its task once, at the earliest time asked for. A punctuator that runs for ever would commit
 * for ever, also in an idle worker. Used by one stream thread.
 */
public final class Alarm {

  /** For what is later it rings too early, and is set again. */
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

  /** Rings at this time or, if that was asked for already, earlier. */
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

  /** {@link Instant#MAX} while it is not set. */
  Instant ringsAt() {
    return at;
  }

  /** Never rings again: its task has ended. */
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
