package dev.explanations.lab.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands on a free port before a Redis, passes on what is sent, or answers all of it in one way
 * itself, on connections that are open already, too. Thread-safe.
 */
final class RedisFront implements AutoCloseable {

  /** The first command of a connection. */
  private static final String HANDSHAKE = "HELLO";

  private static final int HEAD = 32;

  private final int target;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Answer answer;

  /**
   * Answer that clients get in place of the one from Redis.
   *
   * @param welcome whether Redis itself shakes hands, as it does while it is loading
   */
  record Answer(String text, boolean welcome) {}

  /**
   * @param target the port of a Redis on loopback
   */
  RedisFront(int target) {
    this.target = target;
    try {
      server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void answer(Answer toEverything) {
    answer = toEverything;
  }

  void passOn() {
    answer = null;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket redis = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread.ofVirtual().start(() -> passBack(redis, client));
      byte[] sent = new byte[64 * 1024];
      for (int n = client.getInputStream().read(sent);
          n >= 0;
          n = client.getInputStream().read(sent)) {
        Answer ours = answer;
        if (ours == null || (ours.welcome() && isHandshake(sent, n))) {
          redis.getOutputStream().write(sent, 0, n);
        } else {
          client.getOutputStream().write(ours.text().getBytes(UTF_8));
        }
      }
    } catch (IOException e) {
      // one of the two has gone, and so does the other
    } finally {
      open.remove(client);
    }
  }

  private static boolean isHandshake(byte[] sent, int length) {
    return new String(sent, 0, Math.min(length, HEAD), UTF_8).contains(HANDSHAKE);
  }

  private static void passBack(Socket redis, Socket client) {
    try (client) {
      redis.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // the same
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket client : open) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
