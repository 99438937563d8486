package dev.explanations.lab.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.explanations.lab.redis.RedisFront.Answer;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A real Redis behind one port, with trouble of any kind, one at a time. Redis makes it itself
 * where it can; otherwise somebody between it and its clients does. Used by one thread at a time.
 */
public final class RedisTroubles implements AutoCloseable {

  /** The password of clients, and Redis' {@code requirepass} at its start. */
  public static final String PASSWORD = "s3cret-word";

  private static final String OTHER_PASSWORD = "another-word";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Answer GARBAGE =
      new Answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", false);
  private static final Answer LOADING =
      new Answer("-LOADING Redis is loading the dataset in memory\r\n", true);

  private final RedisHost redis;
  private final RedisFront front;

  /**
   * @param redis that is well and has {@link #PASSWORD}; closed with this
   */
  public RedisTroubles(RedisHost redis) {
    this.redis = redis;
    this.front = new RedisFront(redis.port());
  }

  /** Where clients are to connect, on loopback. */
  public int port() {
    return front.port();
  }

  /** The same for clients that meet this kind only: Redis itself, unless another is to answer. */
  public int port(RedisTrouble trouble) {
    return switch (trouble) {
      case GARBAGE, LOADING -> front.port();
      case KILLED, SILENT, PASSWORD, OOM -> redis.port();
    };
  }

  public void begin(RedisTrouble trouble) {
    switch (trouble) {
      case KILLED -> redis.kill();
      case SILENT -> redis.pause();
      case GARBAGE -> front.answer(GARBAGE);
      case LOADING -> front.answer(LOADING);
      case PASSWORD ->
          tell(PASSWORD, "CONFIG SET requirepass " + OTHER_PASSWORD, "CLIENT KILL TYPE normal");
      case OOM ->
          tell(PASSWORD, "CONFIG SET maxmemory-policy noeviction", "CONFIG SET maxmemory 1");
    }
  }

  public void end(RedisTrouble trouble) {
    switch (trouble) {
      case KILLED -> redis.restart();
      case SILENT -> redis.resume();
      case GARBAGE, LOADING -> front.passOn();
      case PASSWORD -> tell(OTHER_PASSWORD, "CONFIG SET requirepass " + PASSWORD);
      case OOM -> tell(PASSWORD, "CONFIG SET maxmemory 0");
    }
  }

  /** How many entries it holds, when there is no trouble. */
  public long entries() {
    return Long.parseLong(tell(PASSWORD, "DBSIZE").substring(1));
  }

  /** Returns the last answer. */
  private String tell(String password, String... commands) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      String last = tell(socket, answers, "AUTH " + password);
      for (String command : commands) {
        last = tell(socket, answers, command);
      }
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tell(Socket socket, BufferedReader answers, String command)
      throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
    String answer = answers.readLine();
    if (answer == null) {
      throw new EOFException("no answer to " + command);
    }
    if (answer.startsWith("-")) {
      throw new IllegalStateException(command + ": " + answer);
    }
    return answer;
  }

  @Override
  public void close() {
    front.close();
    redis.close();
  }
}
