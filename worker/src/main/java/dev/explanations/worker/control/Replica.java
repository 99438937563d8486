package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.ControlRecord;
import dev.explanations.worker.contract.peer.ControlRecord.Departed;
import dev.explanations.worker.contract.peer.ControlRecord.Expired;
import dev.explanations.worker.contract.peer.ControlRecord.Heartbeat;
import dev.explanations.worker.contract.peer.ControlRecord.Ordered;
import dev.explanations.worker.contract.peer.ControlRecord.PartitionSpent;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Spent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This worker's copy of the control topic's state, and the offset up to which it is applied.
 * Written by the reader's thread only, read by any.
 */
final class Replica {

  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  /** How often waiting commands check whether a worker is still live. */
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Bound for times of commands, which workers' clocks set. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final String instanceId;
  private final Duration keepInvalidations;
  private final CommandListener listener;
  private final Ledger ledger;
  private final Clock clock;
  private final Runnable onApplied;

  private final Watermark watermark = new Watermark();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile ControlState state = ControlState.UNKNOWN;

  /** Used by the reader's thread only. */
  private Instant heardAt = Instant.MIN;

  /**
   * A record of the control topic.
   *
   * @param writtenAt by the broker's clock where the worker created the topic, else by the writer's
   */
  record Entry(ControlRecord record, long offset, Instant writtenAt) {}

  /** Calls {@code onApplied} on any thread when {@link #applied} may have grown, to announce it. */
  Replica(
      String instanceId,
      Duration keepInvalidations,
      CommandListener listener,
      Ledger ledger,
      Clock clock,
      Runnable onApplied) {
    this.instanceId = instanceId;
    this.keepInvalidations = keepInvalidations;
    this.listener = listener;
    this.ledger = ledger;
    this.clock = clock;
    this.onApplied = onApplied;
  }

  ControlState state() {
    return state;
  }

  /** The offset up to which all commands are in force here. */
  long applied() {
    return watermark.applied();
  }

  /**
   * Applies all that the topic holds: at the start, or when the topic was deleted and created
   * again. State that the new topic does not mention stays.
   *
   * @param latest the last word on each subject, by offset
   */
  void history(String topicId, List<Entry> latest, long nextOffset) {
    boolean replayed = heardAt.equals(Instant.MIN);
    if (!replayed && !topicId.equals(state.cache().generation().topicId())) {
      log.warn("The control topic begins anew: all entries of the state store are void");
      ledger.tellAllAgain();
    }
    heardAt = clock.instant();
    List<OrderedCommand> commands = new ArrayList<>();
    ControlState next = state.inTopic(topicId);
    for (Entry entry : latest) {
      switch (entry.record()) {
        case Ordered ordered -> commands.add(command(entry, ordered, heardAt));
        case Heartbeat(String instance, long applied, var _) when !instance.equals(instanceId) ->
            next = next.heard(instance, applied, earlier(entry.writtenAt(), heardAt));
        case PartitionSpent(int partition, Spent spent) -> ledger.told(partition, spent);
        case Heartbeat _, Departed _, Expired _ -> {}
      }
    }
    state = next.with(commands);
    watermark.restart();
    for (OrderedCommand command : commands) {
      if (!replayed || !onlyUndoes(command.command())) {
        perform(command, replayed);
      }
    }
    watermark.read(nextOffset);
    signal();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static boolean onlyUndoes(Command command) {
    return command instanceof ResetBreaker || command instanceof Resume;
  }

  /**
   * Nobody gives a command in the future: one whose time is far beyond that of its record would
   * void all of Redis until then, and anew after each start.
   */
  private static OrderedCommand command(Entry entry, Ordered ordered, Instant now) {
    Instant at = earlier(ordered.at(), earlier(entry.writtenAt(), now).plus(AHEAD));
    return new OrderedCommand(ordered.command(), entry.offset(), at, ordered.by());
  }

  /** The next record. */
  void follow(Entry entry) {
    Instant now = clock.instant();
    ControlState next = state.disconnectedBetween(heardAt, now);
    heardAt = now;
    boolean tell = false;
    switch (entry.record()) {
      case Ordered ordered -> {
        OrderedCommand command = command(entry, ordered, now);
        log.info(
            "Control: {}, asked for at {}, offset {}",
            command.command(),
            command.by(),
            command.offset());
        state = next.with(List.of(command));
        perform(command, false);
        tell = true;
      }
      case Heartbeat(String instance, long applied, var _) ->
          state = next.heard(instance, applied, now);
      case Departed(String instance) -> {
        state = next.departed(instance);
        // somebody took this worker for dead, or runs under its name
        tell = instance.equals(instanceId);
      }
      case Expired(String hash) -> state = next.expired(hash, now.minus(keepInvalidations));
      case PartitionSpent(int partition, Spent spent) -> {
        state = next;
        ledger.told(partition, spent);
      }
    }
    watermark.read(entry.offset() + 1);
    signal();
    if (tell) {
      onApplied.run();
    }
  }

  /** Passes over an unreadable record. */
  void skip(long offset) {
    watermark.read(offset + 1);
  }

  private void perform(OrderedCommand command, boolean replayed) {
    Watermark.Step step = watermark.begin(command.offset());
    CompletionStage<@Nullable Void> end;
    try {
      end = listener.apply(command.command(), command.offset(), replayed);
    } catch (RuntimeException | Error e) {
      end = CompletableFuture.failedFuture(e);
    }
    var _ =
        end.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                log.error("BUG: {} was not applied", command.command(), failure);
                return;
              }
              step.finished();
              signal();
              onApplied.run();
            });
  }

  /**
   * Waits until every live worker has applied that offset.
   *
   * @param deadline when to answer at the latest, as {@link System#nanoTime}
   */
  Receipt awaitApplied(long offset, long deadline) {
    lock.lock();
    try {
      while (true) {
        Receipt receipt = receipt(offset);
        long left = deadline - System.nanoTime();
        if (receipt.missing().isEmpty() || left <= 0) {
          return receipt;
        }
        var _ = changed.awaitNanos(Math.min(left, LOOK.toNanos()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return receipt(offset);
    } finally {
      lock.unlock();
    }
  }

  private Receipt receipt(long offset) {
    Map<String, Long> live = new TreeMap<>(state.live(clock.instant()));
    live.put(instanceId, applied());
    List<String> applied = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    live.forEach((instance, upTo) -> (upTo >= offset ? applied : missing).add(instance));
    return new Receipt(offset, applied, missing);
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
