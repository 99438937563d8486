package dev.explanations.lab.bench.baseline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.Member;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Copies requests through the worker's two hops, with its clients' properties and so its guarantee,
 * and does nothing else: the most that Kafka Streams has to give here. A process of its own, whose
 * environment has the worker's settings.
 */
public final class CopyApplication {

  public static final Load.Topics TOPICS = new Load.Topics("copy.requests", "copy.results");

  /** The system property with the size of a result's value in bytes. */
  public static final String RESULT_BYTES = "copy.result.bytes";

  private CopyApplication() {}

  /** Without arguments; runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> texts = SettingsLoader.processTexts();
    SettingsLoader.logging(texts).forEach(System::setProperty);
    Settings settings = SettingsLoader.loadWithoutKey(texts);
    Properties properties =
        new ClientProperties(settings.kafka(), settings.streams())
            .streams(
                settings.streams().applicationId(),
                new Member.Named(settings.streams().applicationId()));
    properties.remove(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG);
    KafkaStreams streams =
        new KafkaStreams(
            topology(settings.topics().partitions(), Integer.getInteger(RESULT_BYTES, 1_000)),
            properties);
    streams.setUncaughtExceptionHandler(
        failure -> {
          failure.printStackTrace();
          Runtime.getRuntime().halt(1);
          throw new AssertionError("halted", failure);
        });
    streams.start();
    new CountDownLatch(1).await();
  }

  private static Topology topology(int partitions, int resultBytes) {
    StreamsBuilder builder = new StreamsBuilder();
    Serde<byte[]> bytes = Serdes.ByteArray();
    builder.stream(TOPICS.requests(), Consumed.with(bytes, bytes).withName("requests"))
        .repartition(
            Repartitioned.with(bytes, bytes).withName("hop").withNumberOfPartitions(partitions))
        .mapValues((key, value) -> result(key, resultBytes), Named.as("result"))
        .to(TOPICS.results(), Produced.with(bytes, bytes).withName("results"));
    return builder.build();
  }

  /** JSON of that size, or as small as it can be, that names the request. */
  public static byte[] result(byte[] key, int size) {
    String start =
        "{\"requestId\":\"" + new String(key, UTF_8) + "\",\"status\":\"copied\",\"text\":\"";
    String end = "\"}";
    String text = "x".repeat(Math.max(0, size - start.length() - end.length()));
    return (start + text + end).getBytes(UTF_8);
  }
}
