package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import redis.clients.jedis.Connection;
import redis.clients.jedis.RedisClient;

/** A real Redis, which can be killed, restarted and stopped for a while. */
record RedisServer(RedisHost host) implements AutoCloseable {

  int port() {
    return host.port();
  }

  /** Settings of a worker that uses it, without password and TLS. */
  Settings.Redis settings(Duration timeout) {
    return new Settings.Redis(true, "127.0.0.1", port(), 0, null, null, false, timeout);
  }

  /** A client for looking into it. */
  RedisClient client() {
    return RedisClient.create("127.0.0.1", port());
  }

  /** Sends any command and gives the answer as text. */
  String tell(String command, String... arguments) {
    try (Connection connection = new Connection("127.0.0.1", port())) {
      connection.sendCommand(() -> command.getBytes(UTF_8), arguments);
      return connection.getStatusCodeReply();
    }
  }

  /** SIGKILL. */
  void kill() {
    host.kill();
  }

  /** On the same port; with what was on disk. */
  void restart() {
    host.restart();
  }

  /** It takes connections, since the system does that, and never answers. */
  void pause() {
    host.pause();
  }

  void resume() {
    host.resume();
  }

  @Override
  public void close() {
    host.close();
  }
}
