package dev.explanations.lab.submit.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Requests of hostile sizes: up to millions of headers, and JSON that is padded with blanks to
 * hundreds of megabytes, of which compression leaves little. The same ones for the same seed. Used
 * by one thread.
 */
public final class HostileRecords implements AutoCloseable {

  /** Far more than a broker reads of one uncompressed request. */
  private static final int MAX_UNCOMPRESSED = 2_000_000;

  private static final int ROOM = 1_000_000;

  private static final String MAX_LONG = Long.toString(Long.MAX_VALUE);

  private static final String OF_THE_YEAR_300_000_000 =
      """
      {"type":"explained","callId":"c","explanation":{"text":"t","model":"m","promptVersion":"1",
      "usage":{"promptTokens":1,"outputTokens":1,"totalTokens":2}},"topicHash":"h",
      "questionHash":"h","generation":"q/0","expiresAtMillis":9223372036854775807}\
      """;

  private static final String NEVER_ENDING =
      """
      {"type":"handoff","calls":[{"cacheKey":"k","callId":"c",
      "latestEndMillis":9223372036854775807}]}\
      """;

  private static final String NEVER_AGAIN =
      """
      {"type":"throttled","callId":"c","error":"rate_limited","message":"m",
      "retryAfterMillis":9223372036854775807}\
      """;

  private enum Compression {
    NONE,
    GZIP,
    LZ4,
    ZSTD
  }

  private final Map<Compression, KafkaProducer<byte[], byte[]>> producers =
      new EnumMap<>(Compression.class);
  private final String bootstrapServers;
  private final String topic;
  private final Random random;
  private final int maxBytes;
  private final int maxHeaders;
  private String last = "none";

  /**
   * @param maxBytes of JSON, and of all headers together
   */
  public HostileRecords(
      String bootstrapServers, String topic, long seed, int maxBytes, int maxHeaders) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.random = new Random(seed);
    this.maxBytes = maxBytes;
    this.maxHeaders = maxHeaders;
  }

  /**
   * Sends one more, and waits for the broker.
   *
   * @return whether it took the record
   */
  public boolean sendNext(String requestId) throws InterruptedException {
    Compression compression = Compression.values()[random.nextInt(Compression.values().length)];
    int most = compression == Compression.NONE ? Math.min(maxBytes, MAX_UNCOMPRESSED) : maxBytes;
    boolean large = random.nextBoolean();
    int json = large ? between(1_000, most) : between(100, 2_000);
    byte[] value = random.nextInt(10) == 0 ? null : json(requestId, json);
    byte[] key = random.nextInt(3) == 0 ? null : requestId.getBytes(StandardCharsets.UTF_8);
    int count = large ? between(1, 100) : between(1, maxHeaders);
    int name = Math.min(random.nextInt(1_001), Math.max(0, most / count - 4));
    int size = random.nextInt(4) == 0 ? -1 : Math.min(between(1, ROOM), most / count - name);
    last =
        "%s, key %b, value %,d bytes, %,d headers of %d and %d bytes"
            .formatted(compression, key != null, value == null ? -1 : json, count, name, size);
    return send(
        compression, new ProducerRecord<>(topic, null, key, value, headers(count, name, size)));
  }

  /**
   * Sends what no worker writes to the topics that only workers write to.
   *
   * @return how many the broker took
   */
  public int sendToWorkersOwn(String outcomes, String retries) throws InterruptedException {
    byte[] key = bytes("0".repeat(64));
    ProducerRecord<byte[], byte[]> fromTheFuture = record(retries, key, json("own-1", 100));
    fromTheFuture.headers().add("explanation-origin", bytes("t/0/1"));
    fromTheFuture.headers().add("explanation-first-seen", bytes(MAX_LONG));
    ProducerRecord<byte[], byte[]> manyHeaders =
        new ProducerRecord<>(retries, 0, key, json("own-2", 100), headers(300_000, 0, -1));
    ProducerRecord<byte[], byte[]> large = record(retries, key, json("own-3", 900_000));
    large.headers().add("explanation-origin", bytes("t/0/3"));
    int taken = 0;
    for (ProducerRecord<byte[], byte[]> record :
        List.of(
            record(outcomes, null, bytes("{\"type\":\"wake\"}")),
            record(outcomes, key, null),
            record(outcomes, key, bytes(OF_THE_YEAR_300_000_000)),
            record(outcomes, key, bytes(NEVER_ENDING)),
            record(outcomes, key, bytes(NEVER_AGAIN)),
            record(outcomes, bytes("k".repeat(100_000)), bytes(OF_THE_YEAR_300_000_000)),
            record(outcomes, key, json("own-1", 900_000)),
            fromTheFuture,
            manyHeaders,
            large)) {
      taken += send(Compression.GZIP, record) ? 1 : 0;
    }
    return taken;
  }

  /** Outcomes that no worker writes, all out of bounds. */
  public static List<byte[]> outcomes() {
    return List.of(bytes(OF_THE_YEAR_300_000_000), bytes(NEVER_ENDING), bytes(NEVER_AGAIN));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, 0, key, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How the last one looked. */
  public String last() {
    return last;
  }

  /** A request that is padded with blanks. */
  public static byte[] json(String requestId, int bytes) {
    byte[] head =
        "{\"requestId\":\"%s\",\"topic\":\"Hostile\",\"subtopic\":\"Size\""
            .formatted(requestId)
            .getBytes(StandardCharsets.UTF_8);
    byte[] value = Arrays.copyOf(head, Math.max(bytes, head.length + 1));
    Arrays.fill(value, head.length, value.length - 1, (byte) ' ');
    value[value.length - 1] = '}';
    return value;
  }

  /** Headers that are all alike; a negative size is a null value. */
  private static RecordHeaders headers(int count, int name, int size) {
    Header[] headers = new Header[count];
    Arrays.fill(headers, new RecordHeader("n".repeat(name), size < 0 ? null : new byte[size]));
    return new RecordHeaders(headers);
  }

  /** Small ones more often than large ones: each power of ten as often as any other. */
  private int between(int least, int most) {
    return (int) Math.exp(Math.log(least) + random.nextDouble() * Math.log((double) most / least));
  }

  private boolean send(Compression compression, ProducerRecord<byte[], byte[]> record)
      throws InterruptedException {
    try {
      var _ = producers.computeIfAbsent(compression, this::producer).send(record).get();
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private KafkaProducer<byte[], byte[]> producer(Compression compression) {
    int memory = 2 * maxBytes + 16 * ROOM;
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            compression.name().toLowerCase(Locale.ROOT),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            memory,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            (long) memory,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            60_000,
            ProducerConfig.LINGER_MS_CONFIG,
            0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Override
  public void close() {
    producers.values().forEach(KafkaProducer::close);
  }
}
