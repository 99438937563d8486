package dev.explanations.lab.submit;

import java.io.Console;
import java.util.Optional;

/** Shows how far a run is: a bar on a terminal, a plain line now and then elsewhere. */
public interface Progress extends AutoCloseable {

  /** Called as often as is convenient; the total may grow. */
  void show(long done, long total);

  @Override
  void close();

  /** A bar if there is a terminal, lines on standard output otherwise. */
  static Progress onStandardOutput(String what) {
    // whether the console is null without a terminal differs between JDK releases
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return terminal ? new TerminalProgress(what) : new LineProgress(System.out, what);
  }
}
