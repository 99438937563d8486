package dev.explanations.lab.process;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The worker in its own JVM. Thread-safe. */
public final class WorkerProcess extends JavaProcess {

  private static final String MAIN = "dev.explanations.worker.Main";
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);

  private final int httpPort;

  private WorkerProcess(
      String mainClass, Map<String, String> environment, List<String> jvmArguments, int httpPort) {
    super(mainClass, withPort(environment, httpPort), jvmArguments);
    this.httpPort = httpPort;
  }

  private WorkerProcess(
      Map<String, String> environment,
      List<String> jvmArguments,
      Consumer<String> lines,
      int httpPort) {
    super(MAIN, withPort(environment, httpPort), jvmArguments, lines);
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
    return launch(MAIN, environment, withSharedClasses(jvmArguments));
  }

  /** The same for another main class than the worker's. */
  public static WorkerProcess launch(
      String mainClass, Map<String, String> environment, List<String> jvmArguments) {
    return new WorkerProcess(mainClass, environment, jvmArguments, port(environment));
  }

  /** The same for the worker, told by lines as in {@link JavaProcess}. */
  public static WorkerProcess launch(
      Map<String, String> environment, List<String> jvmArguments, Consumer<String> lines) {
    return new WorkerProcess(
        environment, withSharedClasses(jvmArguments), lines, port(environment));
  }

  /** The caller's arguments come last and win. */
  private static List<String> withSharedClasses(List<String> jvmArguments) {
    return Stream.concat(SharedClasses.arguments().stream(), jvmArguments.stream()).toList();
  }

  private static int port(Map<String, String> environment) {
    int requested = Integer.parseInt(environment.getOrDefault("HTTP_PORT", "0"));
    return requested == 0 ? FreePort.find() : requested;
  }

  private static Map<String, String> withPort(Map<String, String> environment, int port) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("HTTP_PORT", Integer.toString(port));
    return variables;
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
        if (awaitEnd(PROBE_INTERVAL)) {
          throw failed("it exited with " + exitCode());
        }
        if (System.nanoTime() > deadline) {
          throw failed("it was not ready after " + atMost);
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
}
