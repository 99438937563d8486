package dev.explanations.lab.soak.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.guarantees.Observation.Cached;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.submit.CommittedRecords;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads cached answers, in Redis and in the changelogs of the stores. */
public final class CacheReader {

  /** Beginning of the text of every answer; nothing else contains it. */
  private static final String MARK = "[call ";

  private CacheReader() {}

  /** Reports every entry that contains the text of an answer. */
  public static void read(
      String bootstrapServers, String group, int redisPort, String redisPassword, Witness witness) {
    readRedis(redisPort, redisPassword, witness);
    CommittedRecords.read(
        bootstrapServers,
        topic -> topic.startsWith(group) && topic.endsWith("-changelog"),
        record -> tell(record.topic(), record.value(), witness));
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

  private static void tell(String where, byte[] value, Witness witness) {
    String text = value == null ? "" : new String(value, UTF_8);
    if (text.contains(MARK)) {
      witness.saw(new Cached(System.nanoTime(), where, text));
    }
  }
}
