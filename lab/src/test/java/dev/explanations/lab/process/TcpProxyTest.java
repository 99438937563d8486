package dev.explanations.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Before a server that sends back each byte. */
class TcpProxyTest {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int SHORT_MILLIS = 100;

  private final ServerSocket echo = echo();
  private final TcpProxy proxy = TcpProxy.to(echo.getLocalPort());

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void pass_bringsBytesBack() throws IOException {
    try (Socket socket = connect()) {
      assertThat(said(socket, 'a')).isEqualTo('a');
    }
  }

  @Test
  void cut_resetsConnections_andRefusesNewOnes_untilPass() throws IOException {
    try (Socket socket = connect()) {
      assertThat(said(socket, 'a')).isEqualTo('a');
      proxy.cut();

      assertThatExceptionOfType(IOException.class).isThrownBy(() -> endOf(socket));
      assertThatExceptionOfType(IOException.class).isThrownBy(this::connect);
    }
    proxy.pass();
    try (Socket socket = connect()) {
      assertThat(said(socket, 'b')).isEqualTo('b');
    }
  }

  @Test
  void silence_keepsConnections_andAcceptsNewOnes_whoseBytesArriveAfterwards() throws IOException {
    try (Socket before = connect()) {
      assertThat(said(before, 'a')).isEqualTo('a');
      proxy.silence();
      try (Socket meanwhile = connect()) {
        before.getOutputStream().write('b');
        meanwhile.getOutputStream().write('c');
        before.setSoTimeout(SHORT_MILLIS);
        meanwhile.setSoTimeout(SHORT_MILLIS);
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> before.getInputStream().read());
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> meanwhile.getInputStream().read());

        proxy.pass();
        before.setSoTimeout(PATIENCE_MILLIS);
        meanwhile.setSoTimeout(PATIENCE_MILLIS);
        assertThat(before.getInputStream().read()).isEqualTo('b');
        assertThat(meanwhile.getInputStream().read()).isEqualTo('c');
      }
    }
  }

  @Test
  void slow_delaysEachDirection() throws IOException {
    proxy.slow(Duration.ofMillis(SHORT_MILLIS));
    try (Socket socket = connect()) {
      long begin = System.nanoTime();
      assertThat(said(socket, 'a')).isEqualTo('a');
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(2 * SHORT_MILLIS));
    }
  }

  @Test
  void targetThatIsAway_closesTheConnection() throws IOException {
    echo.close();
    try (Socket socket = connect()) {
      assertThat(endOf(socket)).isEqualTo(-1);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static int said(Socket socket, char letter) throws IOException {
    socket.getOutputStream().write(letter);
    return socket.getInputStream().read();
  }

  private static int endOf(Socket socket) throws IOException {
    return socket.getInputStream().read();
  }

  private static ServerSocket echo() {
    try {
      int port = FreePort.find();
      ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> accept(server));
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void accept(ServerSocket server) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> sendBack(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void sendBack(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // gone
    }
  }
}
