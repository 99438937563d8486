package dev.explanations.lab.guarantees;

import dev.explanations.lab.LabMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the lab in its own JVM, so that it can be killed. Used by the test's thread. */
final class LabProcess implements AutoCloseable {

  private final Process process;
  private final Path output;

  private LabProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static LabProcess start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LabMain.class.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("lab-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new LabProcess(builder.start(), output);
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the command has not ended");
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() throws IOException {
    kill();
    Files.delete(output);
  }
}
