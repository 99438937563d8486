package dev.explanations.lab.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.explanations.lab.process.FreePort;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/**
 * A real Redis on loopback, in a process of its own that ends with this one. It keeps nothing on
 * disk. {@link #kill} and {@link #start()} again are an outage: the address survives, the data do
 * not. Used by one thread.
 */
public final class EmbeddedRedis implements RedisHost {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(5);

  private final int port = FreePort.find();
  private final List<String> command = new ArrayList<>();
  private final Thread atExit = Thread.ofPlatform().unstarted(this::kill);
  private @Nullable Process process;

  private EmbeddedRedis(Path executable, Path directory, List<String> arguments) {
    command.add(executable.toString());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(arguments);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts an empty one on any free port, and returns when it answers.
   *
   * @param directory that exists, to run in
   * @param arguments of redis-server
   */
  public static EmbeddedRedis start(Path directory, String... arguments)
      throws IOException, InterruptedException {
    Path executable = RedisExecProvider.defaultProvider().get().toPath();
    EmbeddedRedis redis = new EmbeddedRedis(executable, directory, List.of(arguments));
    redis.start();
    return redis;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void restart() {
    try {
      start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts it again after {@link #kill}; does nothing while it runs. */
  public void start() throws IOException, InterruptedException {
    if (process == null) {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      awaitAnswer(process);
    }
  }

  private void awaitAnswer(Process starting) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!starting.isAlive() || System.nanoTime() > deadline) {
        close();
        throw new IllegalStateException("Redis does not start: " + command);
      }
      Thread.sleep(POLL);
    }
  }

  private boolean answers() {
    try {
      String answer = ping();
      return answer.equals("+PONG") || answer.startsWith("-NOAUTH");
    } catch (IOException e) {
      return false;
    }
  }

  private String ping() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
      if (line == null || line.isEmpty()) {
        throw new EOFException("no answer to PING");
      }
      return line;
    }
  }

  /** SIGKILL; returns when the process is gone. */
  @Override
  public void kill() {
    Process running = process;
    if (running != null) {
      process = null;
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  /** SIGSTOP. */
  @Override
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  @Override
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("Redis does not run");
    }
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the process is ending, and the hook may be what runs
    }
  }
}
