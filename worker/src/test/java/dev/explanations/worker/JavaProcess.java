package dev.explanations.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class of this class path in a JVM of its own, with nothing else in its environment.
 */
final class JavaProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;

  JavaProcess(Map<String, String> environment, String mainClass, String... args)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** Waits for the next line on standard output; empty at its end. */
  String nextLine() throws IOException {
    String line = process.inputReader().readLine();
    return line == null ? "" : line;
  }

  /** The rest of standard output, to its end. */
  List<String> output() {
    return process.inputReader().lines().toList();
  }

  /** The rest of standard error, to its end. */
  List<String> errors() {
    return process.errorReader().lines().toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** SIGTERM; what the process still says can be read, unlike after Process.destroy. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process has not ended");
    }
    return process.exitValue();
  }
}
