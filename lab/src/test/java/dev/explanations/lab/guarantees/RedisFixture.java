package dev.explanations.lab.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.redis.RedisHost;
import java.util.List;
import redis.clients.jedis.Connection;

/** A Redis that a test takes away and brings back. Used by the test's thread. */
final class RedisFixture implements AutoCloseable {

  private final RedisHost redis;

  private RedisFixture(RedisHost redis) {
    this.redis = redis;
  }

  /**
   * Starts an empty one: in a container, or embedded.
   *
   * @param arguments of redis-server
   */
  static RedisFixture start(String... arguments) {
    return new RedisFixture(
        Containers.orEmbedded(
            () -> new RedisContainer(FreePort.find(), List.of(arguments)),
            () -> RedisProcess.start(arguments)));
  }

  /** What runs; closed with whoever takes it. */
  RedisHost host() {
    return redis;
  }

  int port() {
    return redis.port();
  }

  void kill() {
    redis.kill();
  }

  /** At the same address after {@link #kill}, empty. */
  void restart() {
    redis.restart();
  }

  void pause() {
    redis.pause();
  }

  void resume() {
    redis.resume();
  }

  /** Sends a command whose answer is a number. */
  long number(String command, String... arguments) {
    try (Connection connection = connect()) {
      connection.sendCommand(() -> command.getBytes(UTF_8), arguments);
      return connection.getIntegerReply();
    }
  }

  /** Sends a command whose answer is text. */
  String text(String command, String... arguments) {
    try (Connection connection = connect()) {
      connection.sendCommand(() -> command.getBytes(UTF_8), arguments);
      return connection.getBulkReply();
    }
  }

  /** The key of one entry; there must be some. */
  String anyKey() {
    return text("RANDOMKEY");
  }

  private Connection connect() {
    return new Connection("127.0.0.1", port());
  }

  /** The settings of a worker that shares its explanations here; variables and values in turn. */
  static String[] settings(int port, String... more) {
    // a loaded machine takes its time
    String[] redis = {
      "REDIS_ENABLED",
      "true",
      "REDIS_HOST",
      "127.0.0.1",
      "REDIS_PORT",
      Integer.toString(port),
      "REDIS_TIMEOUT",
      "2s"
    };
    String[] all = new String[redis.length + more.length];
    System.arraycopy(redis, 0, all, 0, redis.length);
    System.arraycopy(more, 0, all, redis.length, more.length);
    return all;
  }

  @Override
  public void close() {
    redis.close();
  }
}
