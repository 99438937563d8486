package dev.explanations.lab.process;

import dev.explanations.lab.net.FreePort;
import dev.explanations.lab.net.ReadyProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The worker in its own JVM, from this JVM's class path. Its environment is what it is given and
 * nothing else, so no variable of the machine gets in. Safe for use by many threads.
 */
public final class WorkerProcess implements AutoCloseable {

  private static final String MAIN = "dev.explanations.worker.Main";
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final long PROBE_INTERVAL_MILLIS = 50;
  private static final int LINES_IN_MESSAGE = 20;

  private final Process process;
  private final ProcessLog log;
  private final int httpPort;

  private WorkerProcess(Process process, int httpPort) {
    this.process = process;
    this.log = ProcessLog.of(process);
    this.httpPort = httpPort;
  }

  /** {@link #launch}, then {@link #awaitReady} for at most a minute; killed if that fails. */
  public static WorkerProcess start(Map<String, String> environment, List<String> jvmArguments) {
    WorkerProcess worker = launch(environment, jvmArguments);
    try {
      worker.awaitReady(READY_TIMEOUT);
    } catch (RuntimeException e) {
      worker.close();
      throw e;
    }
    return worker;
  }

  /**
   * Starts the process and returns at once.
   *
   * @param environment the worker's settings; without {@code HTTP_PORT}, or with 0, it gets a free
   *     port
   */
  public static WorkerProcess launch(Map<String, String> environment, List<String> jvmArguments) {
    return launch(MAIN, environment, jvmArguments);
  }

  /** The same for another main class than the worker's. */
  public static WorkerProcess launch(
      String mainClass, Map<String, String> environment, List<String> jvmArguments) {
    int requested = Integer.parseInt(environment.getOrDefault("HTTP_PORT", "0"));
    int httpPort = requested == 0 ? FreePort.find() : requested;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("HTTP_PORT", Integer.toString(httpPort));
    builder.environment().clear();
    builder.environment().putAll(variables);
    try {
      return new WorkerProcess(builder.start(), httpPort);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + mainClass, e);
    }
  }

  /**
   * Waits until {@code GET /ready} answers 200.
   *
   * @throws IllegalStateException with the last log lines when the process ends or time is up
   */
  public void awaitReady(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try (ReadyProbe probe = new ReadyProbe(httpPort)) {
      while (!probe.isReady()) {
        if (process.waitFor(PROBE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw failed("the worker exited with " + process.exitValue());
        }
        if (System.nanoTime() > deadline) {
          throw failed("the worker was not ready after " + atMost);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the worker", e);
    }
  }

  public int httpPort() {
    return httpPort;
  }

  /** For paths of the worker's HTTP server, for instance {@code /api/health}. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + httpPort + path);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that the process has printed so far, by lines. */
  public List<String> log() {
    return log.lines();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    log.awaitEnd();
  }

  /**
   * SIGTERM, then {@link #awaitExit}.
   *
   * @return the exit code
   */
  public int terminate(Duration atMost) {
    // not Process.destroy(), which closes the output: the last lines would be lost
    process.toHandle().destroy();
    return awaitExit(atMost);
  }

  /**
   * Waits for the process to end by itself.
   *
   * @return the exit code
   * @throws IllegalStateException with the last log lines when it has not ended in time
   */
  public int awaitExit(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("the worker had not ended after " + atMost);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the worker to end", e);
    }
    log.awaitEnd();
    return process.exitValue();
  }

  /** Kills the process if it still runs. */
  @Override
  public void close() {
    kill();
  }

  private IllegalStateException failed(String what) {
    List<String> lines = log();
    List<String> last = lines.subList(Math.max(0, lines.size() - LINES_IN_MESSAGE), lines.size());
    return new IllegalStateException(what + "; its last lines:\n" + String.join("\n", last));
  }
}
