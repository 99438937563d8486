package dev.explanations.lab.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Collects what a process prints; a process whose output nobody reads would stand still. */
final class ProcessLog {

  private final Deque<String> lines = new ArrayDeque<>();
  private final Consumer<String> listener;
  private final int kept;
  private final Thread reader;

  private ProcessLog(Process process, Consumer<String> listener, int kept) {
    this.listener = listener;
    this.kept = kept;
    this.reader =
        Thread.ofPlatform()
            .name("log-of-" + process.pid())
            .daemon()
            .unstarted(() -> read(process.inputReader(StandardCharsets.UTF_8)));
  }

  /**
   * Begins to read.
   *
   * @param listener hears of each line on the log's thread; must not throw
   * @param kept only the last so many lines are kept
   */
  static ProcessLog of(Process process, Consumer<String> listener, int kept) {
    ProcessLog log = new ProcessLog(process, listener, kept);
    log.reader.start();
    return log;
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
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
        keep(line);
        listener.accept(line);
      }
    } catch (IOException e) {
      // the process was killed
    }
  }

  private void keep(String line) {
    synchronized (lines) {
      if (lines.size() == kept) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }
  }
}
