package dev.explanations.worker.kafka;

import dev.explanations.worker.store.StateFormatException;
import dev.explanations.worker.topology.ExplainProcessor.RecordFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that dies. Ends the process, and logs why, when a replacement cannot
 * help: threads keep dying, another worker runs under the same {@code INSTANCE_ID}, the cluster
 * does not allow an operation, or a topic, the state's format or memory is at fault. Thread-safe.
 */
public final class StreamFailures implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(StreamFailures.class);

  private static final int MAX_REPLACEMENTS = 5;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private final Clock clock;
  private final Consumer<Thread> removeMember;
  private final Function<Throwable, Optional<String>> refusals;
  private final ArrayDeque<Instant> replacements = new ArrayDeque<>();

  /**
   * @param removeMember takes a thread that is about to be replaced out of the group
   * @param refusals names what the cluster does not allow, if that caused a failure
   */
  public StreamFailures(
      Clock clock, Consumer<Thread> removeMember, Function<Throwable, Optional<String>> refusals) {
    this.clock = clock;
    this.removeMember = removeMember;
    this.refusals = refusals;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
    if (causedBy(failure, FencedInstanceIdException.class)) {
      log.error("Another worker runs with the same INSTANCE_ID: this one ends");
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (causedBy(failure, MissingSourceTopicException.class)) {
      log.error("A topic of the worker has been deleted: {}", failure.getMessage());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (causedBy(failure, StateFormatException.class)) {
      log.error("The worker ends", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Optional<String> refusal = refusals.apply(failure);
    if (refusal.isPresent()) {
      log.error("The worker ends, {}", refusal.get());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (causedBy(failure, OutOfMemoryError.class)) {
      log.error("Out of memory, the worker ends", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (causedBy(failure, RecordFailure.class)) {
      // a record is taken out after the third thread it kills, so these deaths need no bound
      log.warn("A stream thread died of a record and is replaced");
      removeMember.accept(Thread.currentThread());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    Instant now = clock.instant();
    replacements.removeIf(then -> then.isBefore(now.minus(WINDOW)));
    if (replacements.size() >= MAX_REPLACEMENTS) {
      String reason = BrokerAccess.refusal(failure).map(it -> ". " + it).orElse("");
      log.error("Stream threads keep dying, the worker ends{}", reason, failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    replacements.add(now);
    log.error("A stream thread died and is replaced", failure);
    removeMember.accept(Thread.currentThread());
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
