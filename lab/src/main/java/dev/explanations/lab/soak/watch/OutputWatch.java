package dev.explanations.lab.soak.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.DeadLettered;
import dev.explanations.lab.guarantees.Observation.Emitted;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.submit.CommittedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads committed results and dead letters from their beginning, on a thread of its own. */
public final class OutputWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final ObjectMapper json = new ObjectMapper();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String results;
  private final Witness witness;
  private final Thread thread = Thread.ofPlatform().name("outputs").daemon().unstarted(this::run);
  private volatile @Nullable RuntimeException failure;

  private OutputWatch(KafkaConsumer<byte[], byte[]> consumer, String results, Witness witness) {
    this.consumer = consumer;
    this.results = results;
    this.witness = witness;
  }

  /** Begins to read; both topics must exist. */
  public static OutputWatch start(
      String bootstrapServers, String results, String deadLetters, Witness witness) {
    KafkaConsumer<byte[], byte[]> consumer =
        CommittedRecords.fromBeginning(bootstrapServers, Set.of(results, deadLetters)::contains);
    OutputWatch watch = new OutputWatch(consumer, results, witness);
    watch.thread.start();
    return watch;
  }

  /**
   * Fails if reading has ended early.
   *
   * @throws IllegalStateException when nothing is read any more
   */
  public void check() {
    RuntimeException cause = failure;
    if (cause != null) {
      throw new IllegalStateException("results are no longer read", cause);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          arrived(record);
        }
      }
    } catch (WakeupException e) {
      // close() ends the loop
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void arrived(ConsumerRecord<byte[], byte[]> record) {
    long now = System.nanoTime();
    Map<String, String> headers = texts(record.headers());
    byte[] value = record.value() == null ? new byte[0] : record.value();
    witness.saw(new Emitted(now, record.topic(), new String(value, UTF_8) + headers));
    if (!record.topic().equals(results)) {
      witness.saw(new DeadLettered(now, record.partition(), record.offset(), headers));
      return;
    }
    try {
      var body = json.readTree(value);
      String id = body.path("requestId").asText();
      witness.saw(new Answered(now, record.partition(), record.offset(), id, body, headers));
    } catch (IOException e) {
      throw new UncheckedIOException("no JSON: " + record.topic() + " " + record.offset(), e);
    }
  }

  private static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : headers) {
      byte[] value = header.value();
      texts.put(header.key(), value == null ? "" : new String(value, UTF_8));
    }
    return texts;
  }
}
