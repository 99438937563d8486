package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Kafka Streams' own clients, but for the consumer of a stream thread: see {@link PollTime}. */
final class StreamClients implements KafkaClientSupplier {

  private final Supplier<PollTime> pollTimes;
  private final Clock clock;

  /**
   * @param pollTimes one for each stream thread
   */
  StreamClients(Supplier<PollTime> pollTimes, Clock clock) {
    this.pollTimes = pollTimes;
    this.clock = clock;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new StreamConsumer(config, pollTimes.get(), clock);
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
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  private static final class StreamConsumer extends KafkaConsumer<byte[], byte[]> {

    private final PollTime pollTime;
    private final Clock clock;

    StreamConsumer(Map<String, Object> config, PollTime pollTime, Clock clock) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.pollTime = pollTime;
      this.clock = clock;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Duration wait = settled(timeout) ? pollTime.next(clock.instant()) : timeout;
      ConsumerRecords<byte[], byte[]> records = super.poll(wait);
      pollTime.polled(!records.isEmpty(), clock.instant());
      return records;
    }

    /** While tasks come, go or are restored, and while buffers are full, Streams knows best. */
    private boolean settled(Duration timeout) {
      return !timeout.isZero() && !assignment().isEmpty() && paused().isEmpty();
    }
  }
}
