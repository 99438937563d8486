package dev.explanations.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A main class in its own JVM, from this JVM's class path. Its environment is what it is given and
 * nothing else, so no variable of the machine gets in. Thread-safe.
 */
public class JavaProcess implements AutoCloseable {

  private static final int LINES_IN_MESSAGE = 20;
  private static final int ALL = Integer.MAX_VALUE;
  private static final int LAST = 1_000;

  private final String name;
  private final Process process;
  private final ProcessLog log;

  /** Starts the process and returns at once; its log keeps all lines. */
  public JavaProcess(String mainClass, Map<String, String> environment, List<String> jvmArguments) {
    this(mainClass, environment, jvmArguments, line -> {}, ALL);
  }

  /**
   * The same, but its log keeps only the last thousand lines.
   *
   * @param lines hears of each line on a thread of the process's own; must not throw
   */
  public JavaProcess(
      String mainClass,
      Map<String, String> environment,
      List<String> jvmArguments,
      Consumer<String> lines) {
    this(mainClass, environment, jvmArguments, lines, LAST);
  }

  private JavaProcess(
      String mainClass,
      Map<String, String> environment,
      List<String> jvmArguments,
      Consumer<String> lines,
      int kept) {
    this.name = mainClass;
    this.process = start(mainClass, environment, jvmArguments);
    this.log = ProcessLog.of(process, lines, kept);
  }

  private static Process start(
      String mainClass, Map<String, String> environment, List<String> jvmArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    // after the class path, so that they may name another one
    command.addAll(jvmArguments);
    command.add(mainClass);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + mainClass, e);
    }
  }

  public final long pid() {
    return process.pid();
  }

  public final boolean isAlive() {
    return process.isAlive();
  }

  /** The lines that the process has printed so far. */
  public final List<String> log() {
    return log.lines();
  }

  /** Waits for the end; returns whether the process has ended. */
  public final boolean awaitEnd(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The exit code of a process that has ended. */
  public final int exitCode() {
    return process.exitValue();
  }

  /** SIGKILL; returns when the process is gone. */
  public final void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    log.awaitEnd();
  }

  /**
   * SIGTERM, then {@link #awaitExit}.
   *
   * @return the exit code
   */
  public final int terminate(Duration atMost) {
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
  public final int awaitExit(Duration atMost) {
    try {
      if (!awaitEnd(atMost)) {
        throw failed("it had not ended after " + atMost);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name + " to end", e);
    }
    log.awaitEnd();
    return process.exitValue();
  }

  /** SIGSTOP: its connections stay open and silent. */
  public final void suspend() {
    signal("STOP");
  }

  /** SIGCONT. */
  public final void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send SIG" + signal, e);
    }
  }

  /** For an exception: that, and the last log lines. */
  final IllegalStateException failed(String what) {
    List<String> lines = log();
    List<String> last = lines.subList(Math.max(0, lines.size() - LINES_IN_MESSAGE), lines.size());
    return new IllegalStateException(
        name + ": " + what + "; its last lines:\n" + String.join("\n", last));
  }

  /** Kills the process if it still runs. */
  @Override
  public final void close() {
    kill();
  }
}
