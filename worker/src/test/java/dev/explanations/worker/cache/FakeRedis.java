package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A TCP server on a free port that answers what a real Redis would not, or only seldom. */
final class FakeRedis implements AutoCloseable {

  static final String HELLO = "*2\r\n$5\r\nproto\r\n:2\r\n";

  /** What to do with a connection. */
  @FunctionalInterface
  interface Talk {
    void on(DataInputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  FakeRedis(Talk talk) {
    try {
      server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> accept(talk));
  }

  /** One that understands commands and answers them. */
  static FakeRedis answering(Function<List<String>, String> answer) {
    return new FakeRedis(
        (in, out) -> {
          while (true) {
            out.write(answer.apply(command(in)).getBytes(UTF_8));
            out.flush();
          }
        });
  }

  /** One that shakes hands and then answers every command alike. */
  static FakeRedis alwaysSaying(String answer) {
    return answering(command -> command.getFirst().equals("HELLO") ? HELLO : answer);
  }

  private void accept(Talk talk) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, talk));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket, Talk talk) {
    try (socket) {
      talk.on(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
    } catch (IOException e) {
      // the client has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static List<String> command(DataInputStream in) throws IOException {
    int arguments = Integer.parseInt(line(in).substring(1));
    List<String> command = new ArrayList<>();
    for (int i = 0; i < arguments; i++) {
      byte[] argument = new byte[Integer.parseInt(line(in).substring(1))];
      in.readFully(argument);
      line(in);
      command.add(new String(argument, UTF_8));
    }
    return command;
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  int port() {
    return server.getLocalPort();
  }

  Settings.Redis settings(Duration timeout, @Nullable Secret password) {
    return new Settings.Redis(true, "127.0.0.1", port(), 0, null, password, false, null, timeout);
  }

  /** Connections that clients hold. */
  int openConnections() {
    return open.size();
  }

  int acceptedConnections() {
    return accepted.get();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
