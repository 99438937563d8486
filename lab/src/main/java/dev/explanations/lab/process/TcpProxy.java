package dev.explanations.lab.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a port of loopback and passes bytes on, slowly, or not at all. Its own port stays
 * the same. Each connection takes two virtual threads. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

  private static final int CHUNK = 16 * 1024;
  private static final int BACKLOG = 256;

  private enum Mode {
    PASS,
    CUT,
    SILENT
  }

  private final int port;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  // all that follows is guarded by this
  private Mode mode = Mode.PASS;
  private Duration delay = Duration.ZERO;
  private boolean closed;
  private @Nullable ServerSocket server;

  private TcpProxy(int port, int target) {
    this.port = port;
    this.target = target;
  }

  /**
   * Begins to listen on a free port.
   *
   * @param target port on loopback; nothing need listen there yet
   */
  public static TcpProxy to(int target) {
    TcpProxy proxy = new TcpProxy(FreePort.find(), target);
    proxy.listen();
    return proxy;
  }

  public int port() {
    return port;
  }

  /** As it is at first: bytes pass at once. Silent connections go on where they stood. */
  public void pass() {
    set(Mode.PASS, Duration.ZERO);
  }

  /** Connections are reset, and new ones refused. */
  public void cut() {
    set(Mode.CUT, Duration.ZERO);
  }

  /** Half open: connections stay and new ones are accepted, and no byte arrives. */
  public void silence() {
    set(Mode.SILENT, Duration.ZERO);
  }

  /** Each chunk of at most 16 kB, in each direction, waits that long: latency and bandwidth. */
  public void slow(Duration chunkDelay) {
    set(Mode.PASS, chunkDelay);
  }

  private synchronized void set(Mode next, Duration chunkDelay) {
    if (closed) {
      return;
    }
    mode = next;
    delay = chunkDelay;
    notifyAll();
    if (next == Mode.CUT) {
      refuse();
    } else {
      listen();
    }
  }

  private synchronized void listen() {
    if (server != null) {
      return;
    }
    try {
      ServerSocket listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      server = listening;
      Thread.ofVirtual().start(() -> accept(listening));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + port, e);
    }
  }

  private synchronized void refuse() {
    ServerSocket listening = server;
    server = null;
    try {
      if (listening != null) {
        listening.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(TcpProxy::reset);
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed, and the loop ends
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket far = new Socket()) {
      add(client);
      awaitSound();
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      client.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(far, client));
      pump(client, far);
    } catch (IOException e) {
      // either side has gone, and so does the other
    } catch (InterruptedException e) {
      // nobody interrupts it
    } finally {
      open.remove(client);
    }
  }

  private synchronized void add(Socket client) throws IOException {
    if (mode == Mode.CUT || closed) {
      reset(client);
      throw new IOException("cut");
    }
    open.add(client);
  }

  private void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        Thread.sleep(delay());
        awaitSound();
        out.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // the same
    } catch (InterruptedException e) {
      // the same
    }
  }

  private synchronized Duration delay() {
    return delay;
  }

  /** While it is silent, nobody goes on; not even the end of a connection is passed on. */
  private synchronized void awaitSound() throws InterruptedException, IOException {
    while (mode == Mode.SILENT && !closed) {
      wait();
    }
    if (mode == Mode.CUT || closed) {
      throw new IOException("cut");
    }
  }

  /** With a RST, as when the peer's machine has gone. */
  private static void reset(Socket socket) {
    try (socket) {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // closed already
    }
  }

  /** Resets all connections. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    refuse();
  }
}
