package dev.explanations.worker.kafka;

import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.dispatch.OutcomeChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends outcomes to their topic through an idempotent producer of its own: an outcome is durable as
 * soon as it is acknowledged, whatever becomes of its task or of Streams' transaction. Thread-safe.
 */
public final class KafkaOutcomeChannel implements OutcomeChannel, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaOutcomeChannel.class);

  /** Bytes of paid answers that a crash may lose while the broker is away. */
  private static final long MAX_UNACKNOWLEDGED_BYTES = 8L << 20;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Consumer<Exception> onFatal;
  private final OutcomeJson json = new OutcomeJson();
  private final AtomicLong unacknowledgedBytes = new AtomicLong();
  private final LongAdder acknowledged = new LongAdder();
  private final AtomicBoolean failed = new AtomicBoolean();

  /**
   * {@code onFatal} is called once, when the producer can never send again: going on would lose
   * paid answers.
   */
  public KafkaOutcomeChannel(
      Map<String, Object> properties, String topic, Consumer<Exception> onFatal) {
    this(new KafkaProducer<>(properties), topic, onFatal);
  }

  KafkaOutcomeChannel(
      Producer<byte[], byte[]> producer, String topic, Consumer<Exception> onFatal) {
    this.producer = producer;
    this.topic = topic;
    this.onFatal = onFatal;
  }

  @Override
  public void send(int partition, String cacheKey, OutcomeRecord record, Delivery delivery) {
    byte[] value = json.write(record);
    unacknowledgedBytes.addAndGet(value.length);
    try {
      // the callback learns everything that the future would tell
      var _ =
          producer.send(
              new ProducerRecord<>(
                  topic, partition, cacheKey.getBytes(StandardCharsets.UTF_8), value),
              (metadata, failure) -> ended(value.length, failure, delivery));
    } catch (KafkaException | IllegalStateException e) {
      unacknowledgedBytes.addAndGet(-value.length);
      fail(delivery, e);
    } catch (RuntimeException | Error e) {
      unacknowledgedBytes.addAndGet(-value.length);
      throw e;
    }
  }

  /**
   * Ends a send. Called on the Kafka producer's I/O thread; must not block. Throws nothing: an
   * Error would end that thread.
   */
  private void ended(int bytes, @Nullable Exception failure, Delivery delivery) {
    unacknowledgedBytes.addAndGet(-bytes);
    try {
      if (failure == null) {
        acknowledged.increment();
        delivery.ended(true);
      } else {
        fail(delivery, failure);
      }
    } catch (RuntimeException | Error e) {
      log.error("BUG: the delivery of an outcome could not be told", e);
    }
  }

  private void fail(Delivery delivery, Exception failure) {
    delivery.ended(false);
    if (!failed.getAndSet(true)) {
      onFatal.accept(failure);
    }
  }

  @Override
  public boolean congested() {
    return unacknowledgedBytes.get() > MAX_UNACKNOWLEDGED_BYTES;
  }

  public long acknowledged() {
    return acknowledged.sum();
  }

  public long unacknowledgedBytes() {
    return unacknowledgedBytes.get();
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
