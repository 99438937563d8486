package dev.explanations.worker.redrive;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Commits requests, ledger entries and the job's offsets together. All jobs of an application share
 * one transactional id: a new run fences the others and aborts their open transaction, so nobody
 * writes to the ledger while it is read. Used by one thread only.
 */
final class Transactions implements AutoCloseable {

  /** Enough to abort what is open, which would hold up the readers of requests until it expires. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final SentLedger ledger;
  private final String jobId;
  private final ConsumerGroupMetadata group;
  private boolean open;

  private Transactions(
      Producer<byte[], byte[]> producer,
      SentLedger ledger,
      String jobId,
      ConsumerGroupMetadata group) {
    this.producer = producer;
    this.ledger = ledger;
    this.jobId = jobId;
    this.group = group;
  }

  /**
   * Fences all other runs, then returns.
   *
   * @param group keeps the job's offsets; it has no members
   */
  static Transactions begin(
      Map<String, Object> properties,
      SentLedger ledger,
      String jobId,
      ConsumerGroupMetadata group) {
    Transactions transactions =
        new Transactions(new KafkaProducer<>(properties), ledger, jobId, group);
    try {
      transactions.producer.initTransactions();
      return transactions;
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /** Takes effect with the next commit. */
  void send(ConsumerRecord<byte[], byte[]> letter, ProducerRecord<byte[], byte[]> request) {
    open();
    // the commit fails if any of these does
    var _ = producer.send(request);
    var _ = producer.send(ledger.entry(jobId, letter.partition(), letter.offset()));
  }

  /** Letters sent since the last commit, and the job's state, together or not at all. */
  void commit(JobState state) {
    open();
    producer.sendOffsetsToTransaction(state.toCommit(), group);
    producer.commitTransaction();
    open = false;
  }

  private void open() {
    if (!open) {
      producer.beginTransaction();
      open = true;
    }
  }

  /** Whether a failure means that another run has fenced this one. */
  static boolean isFenced(Throwable failure) {
    for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  /** Aborts what is not committed. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    producer.close(CLOSE_TIMEOUT);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
