package dev.explanations.worker.control;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.ControlJson;
import dev.explanations.worker.contract.peer.ControlRecord;
import dev.explanations.worker.contract.peer.ControlRecord.Departed;
import dev.explanations.worker.contract.peer.ControlRecord.Expired;
import dev.explanations.worker.contract.peer.ControlRecord.Heartbeat;
import dev.explanations.worker.contract.peer.ControlRecord.Ordered;
import dev.explanations.worker.contract.peer.ControlRecord.PartitionSpent;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Spent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that operators want every worker to be in, kept on a compacted topic that each worker
 * reads for itself. Nothing that goes wrong here ends the worker. Thread-safe.
 */
public final class ControlTopic implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlTopic.class);

  /**
   * Longest duration of {@link #command}: five seconds, less the time of the operator's request.
   */
  static final Duration COMMAND_TIMEOUT = Duration.ofMillis(4_800);

  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration CHECK = Duration.ofSeconds(10);
  private static final Duration CLEANING = Duration.ofMinutes(10);

  /** A worker is forgotten after this silence; one that comes back announces itself. */
  private static final Duration FORGET = Duration.ofHours(1);

  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Its key would be that of {@code worker/paused}. */
  private static final String RESERVED = "paused";

  private final String instanceId;
  private final Duration keepInvalidations;
  private final Ledger ledger;
  private final Clock clock;
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final ControlJson json = new ControlJson();
  private final Replica replica;
  private final ControlReader reader;
  private final ScheduledThreadPoolExecutor writer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("control-writer").daemon().factory());
  private final AtomicBoolean heartbeatWaits = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicBoolean stepFailing = new AtomicBoolean();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param keepInvalidations how long an explanation that was called for before an invalidation may
   *     be found in a cache
   * @param ledger gets the totals that other workers tell, and has those of this one
   */
  public ControlTopic(
      ControlLog controlLog,
      String instanceId,
      Duration keepInvalidations,
      CommandListener listener,
      Ledger ledger,
      Clock clock) {
    if (instanceId.equals(RESERVED)) {
      throw new IllegalArgumentException("no worker can be called " + RESERVED);
    }
    this.instanceId = instanceId;
    this.keepInvalidations = keepInvalidations;
    this.ledger = ledger;
    this.clock = clock;
    this.topic = controlLog.partition().topic();
    this.producer = controlLog.producer();
    this.replica =
        new Replica(instanceId, keepInvalidations, listener, ledger, clock, this::heartbeatSoon);
    this.reader = new ControlReader(controlLog, replica, this::historyApplied);
  }

  /** Begins to read; {@link #awaitState} tells when all that was written before is applied. */
  public void start() {
    reader.start();
  }

  /**
   * Waits until the topic has been read to its end, and the listener called for what it held.
   *
   * @return whether that was so within the timeout; reading goes on if not
   */
  public boolean awaitState(Duration timeout) throws InterruptedException {
    return ready.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** State by the records read so far. */
  public ControlState state() {
    return replica.state();
  }

  /**
   * Gives a command to every worker, this one included, and waits until those that live have
   * applied it; never longer than five seconds.
   */
  public CommandResult command(Command command) {
    long deadline = System.nanoTime() + COMMAND_TIMEOUT.toNanos();
    CompletableFuture<Long> offset = send(new Ordered(command, now(), instanceId));
    try {
      return replica.awaitApplied(
          offset.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS), deadline);
    } catch (TimeoutException e) {
      return new NotPublished("Kafka has not acknowledged it in time");
    } catch (ExecutionException e) {
      return new NotPublished("Kafka has not taken it: " + message(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new NotPublished("this worker is stopping");
    }
  }

  /** Called on the reader's thread; again if the topic turns out to be another one. */
  private void historyApplied() {
    if (ready.getCount() == 0) {
      heartbeatSoon();
      return;
    }
    ready.countDown();
    try {
      schedule(this::heartbeat, Duration.ZERO, HEARTBEAT);
      schedule(this::clean, Duration.ZERO, CLEANING);
      schedule(reader::check, CHECK, CHECK);
    } catch (RejectedExecutionException e) {
      // closed meanwhile
    }
  }

  private void schedule(Runnable step, Duration delay, Duration pause) {
    var _ =
        writer.scheduleWithFixedDelay(
            () -> again(step), delay.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Anything that a step throws would end its schedule. */
  private void again(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (!stepFailing.getAndSet(true)) {
        log.error("BUG: a step of the control topic failed, the next comes as ever", e);
      }
    }
  }

  /** Called on any thread; never blocks. */
  private void heartbeatSoon() {
    if (ready.getCount() == 0 && heartbeatWaits.compareAndSet(false, true)) {
      try {
        writer.execute(
            () -> {
              heartbeatWaits.set(false);
              heartbeat();
            });
      } catch (RejectedExecutionException e) {
        // closed
      }
    }
  }

  private void heartbeat() {
    tellSpent();
    var _ = send(new Heartbeat(instanceId, replica.applied(), now()));
  }

  /** Tells the other workers what has been counted since the last time. */
  private void tellSpent() {
    ledger.takeUntold().forEach(this::tellSpent);
  }

  private void tellSpent(int partition, Spent spent) {
    var _ =
        send(new PartitionSpent(partition, spent))
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    ledger.notTold(partition);
                  }
                });
  }

  /**
   * Deletes invalidations and workers that no longer matter. Runs in every worker: a tombstone of
   * the first removes the entry from every worker's state.
   */
  private void clean() {
    Instant now = clock.instant();
    ControlState state = state();
    for (String hash : state.cache().invalidatedBefore(now.minus(keepInvalidations))) {
      var _ = send(new Expired(hash));
    }
    for (String instance : state.silentSince(now.minus(FORGET))) {
      var _ = send(new Departed(instance));
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The record's offset. Blocks for two seconds at most, while no broker has ever answered. */
  private CompletableFuture<Long> send(ControlRecord record) {
    CompletableFuture<Long> sent = new CompletableFuture<>();
    try {
      var _ =
          producer.send(
              new ProducerRecord<>(topic, 0, json.key(record), json.value(record)),
              (metadata, failure) -> {
                // an Error would end the producer's thread
                try {
                  ended(sent, metadata, failure);
                } catch (RuntimeException | Error e) {
                  sent.completeExceptionally(e);
                }
              });
    } catch (KafkaException e) {
      fail(sent, e);
    } catch (IllegalStateException e) {
      // closed
      sent.completeExceptionally(e);
    }
    return sent;
  }

  private void ended(
      CompletableFuture<Long> sent, RecordMetadata metadata, @Nullable Exception failure) {
    if (failure != null) {
      fail(sent, failure);
      return;
    }
    if (failing.getAndSet(false)) {
      log.info("The control topic can be written again");
    }
    sent.complete(metadata.offset());
  }

  private void fail(CompletableFuture<Long> sent, Exception failure) {
    if (!failing.getAndSet(true)) {
      log.warn("The control topic cannot be written, commands are refused: {}", message(failure));
    }
    sent.completeExceptionally(failure);
  }

  private String message(Exception failure) {
    return NotAllowed.message(failure, AclOperation.WRITE, List.of(topic));
  }

  /** Says that this worker is gone, if it ever said that it was there. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    reader.close();
    writer.shutdownNow();
    try {
      boolean _ = writer.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (ready.getCount() == 0) {
      tellSpent();
      var _ = send(new Departed(instanceId));
    }
    producer.close(CLOSE);
  }
}
