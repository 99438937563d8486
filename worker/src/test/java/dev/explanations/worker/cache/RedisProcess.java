package dev.explanations.worker.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Redis in a process of its own, from the jar of embedded-redis. */
final class RedisProcess implements RedisHost {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> command;
  private final int port;
  private final Path directory;
  private final Thread atExit;
  private Process process;

  private RedisProcess(Path executable, int port, List<String> arguments) throws IOException {
    this.port = port;
    this.directory = Files.createTempDirectory("redis");
    this.command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(arguments);
    this.process = launch();
    this.atExit = new Thread(() -> process.destroyForcibly());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  static RedisProcess start(Path executable, int port, List<String> arguments) {
    try {
      RedisProcess server = new RedisProcess(executable, port, arguments);
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() throws IOException {
    Files.deleteIfExists(log());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void awaitReady() {
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !process.isAlive() || read(log()).contains("eady to accept connections"));
      if (!process.isAlive()) {
        throw new AssertionError("Redis does not start: " + read(log()));
      }
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void restart() {
    try {
      process = launch();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void pause() {
    signal("STOP");
  }

  @Override
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
