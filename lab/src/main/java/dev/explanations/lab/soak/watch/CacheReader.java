package dev.explanations.lab.soak.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.guarantees.Observation.Cached;
import dev.explanations.lab.guarantees.Witness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads what is kept for later answers, in Redis and in the stores' changelogs. */
public final class CacheReader {

  private static final Duration POLL = Duration.ofMillis(500);

  /** Texts of answers begin with it, and nothing else has it. */
  private static final String MARK = "[call ";

  private CacheReader() {}

  /** Tells of every entry that has a text. */
  public static void read(
      String bootstrapServers, String group, int redisPort, String redisPassword, Witness witness)
      throws InterruptedException, ExecutionException {
    readRedis(redisPort, redisPassword, witness);
    readChangelogs(bootstrapServers, group, witness);
  }

  private static void readRedis(int port, String password, Witness witness) {
    try (Jedis redis =
        new Jedis(
            "127.0.0.1", port, DefaultJedisClientConfig.builder().password(password).build())) {
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<byte[]> page = redis.scan(cursor.getBytes(UTF_8));
        for (byte[] key : page.getResult()) {
          // counters beside the entries are of another type
          if (redis.type(key).equals("string")) {
            tell("Redis", redis.get(key), witness);
          }
        }
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
  }

  private static void readChangelogs(String bootstrapServers, String group, Witness witness)
      throws InterruptedException, ExecutionException {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (Admin admin = Admin.create(properties);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(group) && name.endsWith("-changelog"))
              .flatMap(name -> consumer.partitionsFor(name).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          tell(record.topic(), record.value(), witness);
        }
      }
    }
  }

  private static void tell(String where, byte[] value, Witness witness) {
    String text = value == null ? "" : new String(value, UTF_8);
    if (text.contains(MARK)) {
      witness.saw(new Cached(System.nanoTime(), where, text));
    }
  }
}
