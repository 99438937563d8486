package dev.explanations.lab.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects what a process prints; a process whose output nobody reads would stand still. */
final class ProcessLog {

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Thread reader;

  private ProcessLog(Process process) {
    this.reader =
        Thread.ofPlatform()
            .name("log-of-" + process.pid())
            .daemon()
            .unstarted(() -> read(process.inputReader(StandardCharsets.UTF_8)));
  }

  static ProcessLog of(Process process) {
    ProcessLog log = new ProcessLog(process);
    log.reader.start();
    return log;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns when all that an ended process printed has been read. */
  void awaitEnd() {
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(BufferedReader output) {
    try (output) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // the process was killed
    }
  }
}
