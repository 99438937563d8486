package dev.explanations.lab.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisTroublesTest {

  private static final String SET = "SET key value EX 100";
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int SILENCE_MILLIS = 300;

  @TempDir private Path directory;

  private RedisTroubles start() throws Exception {
    return new RedisTroubles(
        EmbeddedRedis.start(directory, "--requirepass", RedisTroubles.PASSWORD));
  }

  @ParameterizedTest
  @EnumSource
  void troubles_comeAndGo(RedisTrouble trouble) throws Exception {
    try (RedisTroubles redis = start()) {
      assertThat(set(redis.port(trouble), PATIENCE_MILLIS)).isEqualTo("+OK");

      redis.begin(trouble);
      assertThat(
              set(
                  redis.port(trouble),
                  trouble == RedisTrouble.SILENT ? SILENCE_MILLIS : PATIENCE_MILLIS))
          .startsWith(
              switch (trouble) {
                case KILLED -> "refused";
                case SILENT -> "silent";
                case GARBAGE -> "HTTP/1.1 400";
                case PASSWORD -> "-WRONGPASS";
                case OOM -> "-OOM command not allowed";
                case LOADING -> "-LOADING";
              });

      redis.end(trouble);
      assertThat(set(redis.port(trouble), PATIENCE_MILLIS)).isEqualTo("+OK");
      assertThat(redis.entries()).isOne();
    }
  }

  @Test
  void connectionsThatAreOpen_areTroubledToo() throws Exception {
    try (RedisTroubles redis = start();
        Connection connection = new Connection(redis.port(), PATIENCE_MILLIS)) {
      assertThat(connection.handshake()).startsWith("*");

      redis.begin(RedisTrouble.LOADING);
      assertThat(connection.tell(SET)).startsWith("-LOADING");

      redis.end(RedisTrouble.LOADING);
      assertThat(connection.tell(SET)).isEqualTo("+OK");
    }
  }

  /** What comes of a command on a new connection: the first answer that is not a welcome. */
  private static String set(int port, int millis) throws IOException {
    try (Connection connection = new Connection(port, millis)) {
      String welcome = connection.handshake();
      return welcome.startsWith("*") ? connection.tell(SET) : welcome;
    } catch (ConnectException e) {
      return "refused";
    } catch (SocketTimeoutException e) {
      return "silent";
    }
  }

  private static final class Connection implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader answers;

    Connection(int port, int millis) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(millis);
      answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    /** The first line of its answer, whose last tells of no modules. */
    String handshake() throws IOException {
      String first = tell("HELLO 2 AUTH default " + RedisTroubles.PASSWORD);
      if (first.startsWith("*")) {
        String line = first;
        while (!line.equals("*0")) {
          line = answers.readLine();
        }
      }
      return first;
    }

    String tell(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      return answers.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
