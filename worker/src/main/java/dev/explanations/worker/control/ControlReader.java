package dev.explanations.worker.control;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.contract.peer.ControlJson;
import dev.explanations.worker.contract.peer.ControlRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control topic on a thread of its own: its history first, then each new record. A
 * failure opens another consumer at the same position; none ends the thread.
 */
final class ControlReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlReader.class);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Pause after a refusal, which lasts until somebody changes an ACL: Kafka's client logs each. */
  private static final Duration REFUSED = Duration.ofSeconds(10);

  private static final Duration ID_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** A newer version may write a heartbeat that this one cannot read, every five seconds. */
  private static final int MAX_WARNINGS = 100;

  private static final int KEY_IN_LOG = 100;

  private final ControlLog controlLog;
  private final Replica replica;
  private final Runnable onHistory;
  private final ControlJson json = new ControlJson();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("control-reader").daemon().unstarted(this::run);

  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private volatile boolean fromTheBeginning = true;

  // used by the reader's thread only
  private final Set<String> warned = new HashSet<>();
  private long position;
  private boolean failing;

  /** Calls {@code onHistory} on the reader's thread when all that the topic held is applied. */
  ControlReader(ControlLog controlLog, Replica replica, Runnable onHistory) {
    this.controlLog = controlLog;
    this.replica = replica;
    this.onHistory = onHistory;
  }

  void start() {
    thread.start();
  }

  /**
   * Reads all again if the topic has been deleted and created again. A position that the new one
   * does not have fails by itself, but it may have grown beyond that. Does not block.
   */
  void check() {
    var _ =
        controlLog
            .id()
            .thenAccept(
                id -> {
                  String known = replica.state().cache().generation().topicId();
                  if (!id.equals(known)) {
                    fromTheBeginning = true;
                    wakeUp();
                  }
                });
  }

  private void run() {
    while (!isClosed()) {
      try {
        read();
      } catch (WakeupException | InterruptException e) {
        // closed, or to be read again; nobody else interrupts this thread
        boolean _ = Thread.interrupted();
      } catch (OffsetOutOfRangeException e) {
        fromTheBeginning = true;
      } catch (KafkaException e) {
        if (!failing) {
          log.warn(
              "The control topic cannot be read, tried again: {}",
              NotAllowed.message(e, AclOperation.READ, List.of(controlLog.partition().topic())));
          failing = true;
        }
        pause(e instanceof AuthorizationException ? REFUSED : PAUSE);
      } catch (RuntimeException | Error e) {
        log.error("BUG: reading the control topic failed, it goes on behind the record", e);
        pause(PAUSE);
      }
    }
  }

  private void read() {
    Consumer<byte[], byte[]> opened = controlLog.consumer();
    try {
      consumer = opened;
      opened.assign(List.of(controlLog.partition()));
      if (fromTheBeginning) {
        fromTheBeginning = false;
        try {
          readHistory(opened);
        } catch (RuntimeException e) {
          fromTheBeginning = true;
          throw e;
        }
      } else {
        opened.seek(controlLog.partition(), position);
      }
      while (!isClosed() && !fromTheBeginning) {
        opened.poll(POLL).forEach(this::follow);
      }
    } finally {
      consumer = null;
      opened.close(CloseOptions.timeout(CLOSE));
    }
  }

  /** Applies only the last record of each subject, as compaction would leave it. */
  private void readHistory(Consumer<byte[], byte[]> opened) {
    TopicPartition partition = controlLog.partition();
    String id = id();
    long begin = opened.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long end = opened.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    opened.seek(partition, begin);
    Map<ByteBuffer, Replica.Entry> latest = new LinkedHashMap<>();
    while (opened.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
        decode(record)
            .ifPresent(
                entry -> {
                  ByteBuffer subject = ByteBuffer.wrap(record.key());
                  // removed first, so that the order is that of the last records
                  latest.remove(subject);
                  if (record.value() != null) {
                    latest.put(subject, entry);
                  }
                });
      }
      if (isClosed()) {
        return;
      }
    }
    position = opened.position(partition);
    canRead();
    replica.history(id, List.copyOf(latest.values()), position);
    onHistory.run();
  }

  private String id() {
    try {
      return controlLog
          .id()
          .toCompletableFuture()
          .get(ID_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the topic cannot be described: " + e.getMessage(), e);
    }
  }

  private void follow(ConsumerRecord<byte[], byte[]> record) {
    // first: a record that this thread fails over is not read again
    position = record.offset() + 1;
    canRead();
    decode(record).ifPresentOrElse(replica::follow, () -> replica.skip(record.offset()));
  }

  private void canRead() {
    if (failing) {
      log.info("The control topic can be read again");
      failing = false;
    }
  }

  private Optional<Replica.Entry> decode(ConsumerRecord<byte[], byte[]> record) {
    Optional<ControlRecord> read = json.read(record.key(), record.value());
    if (read.isEmpty()) {
      warn(record);
    }
    Instant writtenAt = Instant.ofEpochMilli(record.timestamp());
    return read.map(known -> new Replica.Entry(known, record.offset(), writtenAt));
  }

  private void warn(ConsumerRecord<byte[], byte[]> record) {
    String key =
        record.key() == null
            ? "null"
            : new String(
                    record.key(),
                    0,
                    Math.min(record.key().length, KEY_IN_LOG),
                    StandardCharsets.UTF_8)
                .replaceAll("\\p{C}", "?");
    if (warned.size() < MAX_WARNINGS && warned.add(key)) {
      log.warn(
          "A control record of this subject cannot be read and is skipped, as all like it: {},"
              + " offset {}",
          key,
          record.offset());
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void pause(Duration time) {
    try {
      boolean _ = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // nobody interrupts this thread; the loop goes on
    }
  }

  private void wakeUp() {
    Consumer<byte[], byte[]> running = consumer;
    if (running != null) {
      running.wakeup();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    wakeUp();
    try {
      thread.join(CLOSE.multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
