package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Clients of Kafka Streams. Those of a stream thread add {@link PollBudget}, {@link PollTime},
 * {@link CommitPace} and {@link OpenWork}; the others are Kafka's own.
 */
final class StreamClients implements KafkaClientSupplier {

  /** Suffix of topics whose readers do not wait for a commit. */
  private static final String CHANGELOG = "-changelog";

  private final Supplier<PollTime> pollTimes;
  private final ThreadLocal<CommitPace> commitPaces;
  private final Runnable commitRequest;
  private final OpenWork work;
  private final Clock clock;

  /**
   * @param pollTimes one for each stream thread
   * @param commitPaces one for each stream thread
   * @param commitRequest asks for a commit of the calling stream thread
   */
  StreamClients(
      Supplier<PollTime> pollTimes,
      Supplier<CommitPace> commitPaces,
      Runnable commitRequest,
      OpenWork work,
      Clock clock) {
    this.pollTimes = pollTimes;
    this.commitPaces = ThreadLocal.withInitial(commitPaces);
    this.commitRequest = commitRequest;
    this.work = work;
    this.clock = clock;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new StreamConsumer(config, new PollBudget());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new StreamProducer(config);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  private final class StreamConsumer extends KafkaConsumer<byte[], byte[]> {

    private final PollBudget budget;
    private final PollTime pollTime = pollTimes.get();

    StreamConsumer(Map<String, Object> config, PollBudget budget) {
      super(config, budget.keys(), budget.values());
      this.budget = budget;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      CommitPace pace = commitPaces.get();
      Duration wait = settled(timeout) ? pace.patience(pollTime.next(clock.instant())) : timeout;
      ConsumerRecords<byte[], byte[]> records;
      budget.beginPoll();
      work.beforePoll();
      try {
        records = super.poll(wait);
      } finally {
        work.afterPoll();
      }
      pollTime.polled(!records.isEmpty(), clock.instant());
      if (pace.polled(records.count())) {
        commitRequest.run();
      }
      return records;
    }

    /**
     * Whether {@link PollTime} may choose the wait: no task comes, goes or is restored, and no
     * buffer is full. Otherwise the timeout of Kafka Streams applies.
     */
    private boolean settled(Duration timeout) {
      return !timeout.isZero() && !assignment().isEmpty() && paused().isEmpty();
    }

    @Override
    public void close(CloseOptions options) {
      work.gone();
      super.close(options);
    }
  }

  /**
   * Reports records as open until their transaction ends, or without one until they are
   * acknowledged.
   */
  private final class StreamProducer extends KafkaProducer<byte[], byte[]> {

    private final boolean transactional;

    StreamProducer(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.transactional = config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (!transactional) {
        work.sent();
      }
      if (!record.topic().endsWith(CHANGELOG)) {
        commitPaces.get().sent();
      }
      return super.send(record, callback);
    }

    @Override
    public void flush() {
      super.flush();
      if (!transactional) {
        ended();
      }
    }

    @Override
    public void beginTransaction() {
      work.sent();
      super.beginTransaction();
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      ended();
    }

    @Override
    public void abortTransaction() {
      super.abortTransaction();
      ended();
    }

    private void ended() {
      work.ended();
      commitPaces.get().ended();
    }

    @Override
    public void close(Duration timeout) {
      super.close(timeout);
      ended();
    }
  }
}
