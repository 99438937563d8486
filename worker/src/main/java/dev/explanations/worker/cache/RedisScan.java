package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.cache.SharedCache.Deletion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Scans the namespace and deletes entries in small steps, so that no other command waits for long.
 * Holds at most one batch of values. Thread-safe.
 */
record RedisScan(RedisLink link) {

  /** At most 25 MB of values, if each is as large as is read. */
  private static final int KEYS_PER_STEP = 100;

  private static final ScanParams SCAN =
      new ScanParams().match(RedisKeys.PATTERN).count(KEYS_PER_STEP);

  private record Step(String cursor, long deleted) {}

  /**
   * Deletes the entries that are wanted gone.
   *
   * @param wanted by key and value; the value may be anything
   */
  Deletion deleteIf(BiPredicate<byte[], byte[]> wanted) {
    String cursor = ScanParams.SCAN_POINTER_START;
    long deleted = 0;
    do {
      byte[] from = cursor.getBytes(UTF_8);
      RedisLink.Reply<Step> reply =
          link.write(
              redis -> {
                ScanResult<byte[]> found = redis.scan(from, SCAN);
                return new Step(found.getCursor(), unlink(redis, found.getResult(), wanted));
              });
      if (!(reply instanceof RedisLink.Reply.Success<Step>(Step step))) {
        return new Deletion(deleted, false);
      }
      deleted += step.deleted();
      cursor = step.cursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return new Deletion(deleted, true);
  }

  private static long unlink(
      RedisClient redis, List<byte[]> keys, BiPredicate<byte[], byte[]> wanted) {
    List<byte[]> chosen = keys.isEmpty() ? List.of() : chosen(redis, keys, wanted);
    return chosen.isEmpty() ? 0 : redis.unlink(chosen.toArray(byte[][]::new));
  }

  private static List<byte[]> chosen(
      RedisClient redis, List<byte[]> keys, BiPredicate<byte[], byte[]> wanted) {
    List<byte[]> chosen = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      List<Response<byte[]>> values =
          keys.stream().map(key -> pipeline.getrange(key, 0, RedisKeys.READ_TO)).toList();
      pipeline.sync();
      for (int i = 0; i < keys.size(); i++) {
        if (wanted.test(keys.get(i), bytes(values.get(i)))) {
          chosen.add(keys.get(i));
        }
      }
    }
    return chosen;
  }

  private static byte[] bytes(Response<byte[]> value) {
    try {
      return value.get();
    } catch (JedisDataException e) {
      // of another type
      return new byte[0];
    }
  }
}
