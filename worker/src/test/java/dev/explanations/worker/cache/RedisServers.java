package dev.explanations.worker.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import redis.embedded.RedisExecProvider;

/** The one place that real Redis servers for tests come from: containers, or processes. */
final class RedisServers {

  private RedisServers() {}

  /**
   * Starts an empty server on a free port of the loopback address.
   *
   * @param arguments of redis-server, beside those that every server has
   */
  static RedisServer start(String... arguments) {
    return startOn(freePort(), arguments);
  }

  /** As above, but on a port that is known before. */
  static RedisServer startOn(int port, String... arguments) {
    return new RedisServer(
        Containers.orEmbedded(
            () -> new RedisContainer(port, List.of(arguments)),
            () -> RedisProcess.start(executable(), port, List.of(arguments))));
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From the jar of embedded-redis; the file goes with this JVM. */
  private static Path executable() {
    return Executable.PATH;
  }

  private static final class Executable {
    static final Path PATH = unpack();

    private static Path unpack() {
      try {
        return RedisExecProvider.defaultProvider().get().toPath();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
