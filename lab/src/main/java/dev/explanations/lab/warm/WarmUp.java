package dev.explanations.lab.warm;

import dev.explanations.lab.submit.Pacer;
import dev.explanations.lab.submit.Progress;
import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Requests explanations that nobody waits for yet, and watches the changelog of the store until
 * they are there. Explanations that are there already are requested as well: that costs nothing
 * unless they are older than the requests allow, and the worker knows best whether they count.
 */
public final class WarmUp implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final WarmUpRequests wishes;
  private final String topic;
  private final StoreWatch store;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Outcome of a warm-up.
   *
   * @param before explanations that were there at the start
   * @param there explanations that are there at the end
   * @param missing explanations that are not
   */
  public record Report(int before, int there, int missing, Duration took) {}

  /**
   * Reads the changelog of the store up to its present end.
   *
   * @param maxAge of explanations that count as being there at the start; {@code null} is any
   * @throws IllegalStateException when no worker of that application has ever run
   */
  public WarmUp(Settings settings, WarmUpRequests wishes, @Nullable Duration maxAge) {
    ClientProperties properties = new ClientProperties(settings.kafka(), settings.streams());
    this.wishes = wishes;
    this.topic = settings.topics().requests();
    this.store =
        StoreWatch.start(
            properties.reader("warm-up"),
            settings.streams().applicationId(),
            wishes.requests().keySet(),
            maxAge == null ? null : Instant.now().minus(maxAge));
    Map<String, Object> producer = new HashMap<>(properties.admin());
    producer.put(ProducerConfig.CLIENT_ID_CONFIG, "warm-up");
    this.producer =
        new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes all requests, then waits for their explanations.
   *
   * @param ratePerSecond 0 is as fast as the broker takes them
   * @param patience how long to wait for one more explanation before the rest counts as missing
   * @throws IllegalStateException when a request cannot be published
   */
  public Report run(double ratePerSecond, Duration patience, Progress progress) {
    long start = System.nanoTime();
    int wanted = wishes.requests().size();
    int before = store.count();
    Pacer pacer = new Pacer(ratePerSecond);
    for (Map.Entry<String, String> wish : wishes.requests().entrySet()) {
      pacer.await();
      publish(wish.getKey(), wish.getValue());
      store.poll(Duration.ZERO);
      progress.show(store.count(), wanted);
    }
    producer.flush();
    check();
    int seen = store.count();
    long lastChange = System.nanoTime();
    while (seen < wanted && System.nanoTime() - lastChange < patience.toNanos()) {
      store.poll(POLL);
      progress.show(store.count(), wanted);
      if (store.count() != seen) {
        seen = store.count();
        lastChange = System.nanoTime();
      }
    }
    return new Report(before, seen, wanted - seen, Duration.ofNanos(System.nanoTime() - start));
  }

  private void publish(String cacheKey, String request) {
    // the record's key stands in for a requestId that a line does not have
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            cacheKey.getBytes(StandardCharsets.UTF_8),
            request.getBytes(StandardCharsets.UTF_8));
    record.headers().add(HeaderNames.WARM_UP, "true".getBytes(StandardCharsets.UTF_8));
    Future<RecordMetadata> _ =
        producer.send(
            record,
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
  }

  private void check() {
    Exception cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException(
          "cannot publish to "
              + topic
              + ": "
              + NotAllowed.message(cause, AclOperation.WRITE, List.of(topic)),
          cause);
    }
  }

  @Override
  public void close() {
    producer.close();
    store.close();
  }
}
