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
 * Kafka Streams' own clients, but for those of a stream thread: see {@link PollBudget}, {@link
 * PollTime} and {@link OpenWork}.
 */
final class StreamClients implements KafkaClientSupplier {

  private final Supplier<PollTime> pollTimes;
  private final OpenWork work;
  private final Clock clock;

  /**
   * @param pollTimes one for each stream thread
   */
  StreamClients(Supplier<PollTime> pollTimes, OpenWork work, Clock clock) {
    this.pollTimes = pollTimes;
    this.work = work;
    this.clock = clock;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new StreamConsumer(config, new PollBudget(), pollTimes.get(), work, clock);
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
    return new StreamProducer(config, work);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  private static final class StreamConsumer extends KafkaConsumer<byte[], byte[]> {

    private final PollBudget budget;
    private final PollTime pollTime;
    private final OpenWork work;
    private final Clock clock;

    StreamConsumer(
        Map<String, Object> config,
        PollBudget budget,
        PollTime pollTime,
        OpenWork work,
        Clock clock) {
      super(config, budget.keys(), budget.values());
      this.budget = budget;
      this.pollTime = pollTime;
      this.work = work;
      this.clock = clock;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Duration wait = settled(timeout) ? pollTime.next(clock.instant()) : timeout;
      ConsumerRecords<byte[], byte[]> records;
      budget.beginPoll();
      work.beforePoll();
      try {
        records = super.poll(wait);
      } finally {
        work.afterPoll();
      }
      pollTime.polled(!records.isEmpty(), clock.instant());
      return records;
    }

    /** While tasks come, go or are restored, and while buffers are full, Streams knows best. */
    private boolean settled(Duration timeout) {
      return !timeout.isZero() && !assignment().isEmpty() && paused().isEmpty();
    }

    @Override
    public void close(CloseOptions options) {
      work.gone();
      super.close(options);
    }
  }

  /** With transactions, what it sends is open until one ends; without, until it is acknowledged. */
  private static final class StreamProducer extends KafkaProducer<byte[], byte[]> {

    private final OpenWork work;
    private final boolean transactional;

    StreamProducer(Map<String, Object> config, OpenWork work) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.work = work;
      this.transactional = config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (!transactional) {
        work.sent();
      }
      return super.send(record, callback);
    }

    @Override
    public void flush() {
      super.flush();
      if (!transactional) {
        work.ended();
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
      work.ended();
    }

    @Override
    public void abortTransaction() {
      super.abortTransaction();
      work.ended();
    }

    @Override
    public void close(Duration timeout) {
      super.close(timeout);
      work.ended();
    }
  }
}
