package dev.explanations.lab.demo;

import java.io.PrintStream;
import java.time.Duration;

/** Prints lines with the time since the tour began. Thread-safe. */
final class TourLog {

  private final PrintStream out;
  private final long start = System.nanoTime();

  TourLog(PrintStream out) {
    this.out = out;
  }

  void say(String line) {
    out.printf("%5.1f s  %s%n", elapsed().toMillis() / 1e3, line);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
