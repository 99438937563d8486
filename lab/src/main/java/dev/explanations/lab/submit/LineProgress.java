package dev.explanations.lab.submit;

import java.io.PrintStream;

/** A line whenever another tenth is done. */
final class LineProgress implements Progress {
  private static final int STEPS = 10;

  private final PrintStream out;
  private final String what;
  private long lastStep;

  LineProgress(PrintStream out, String what) {
    this.out = out;
    this.what = what;
  }

  @Override
  public void show(long done, long total) {
    long step = total == 0 ? 0 : done * STEPS / total;
    if (step > lastStep) {
      lastStep = step;
      out.printf("%s: %,d of %,d%n", what, done, total);
    }
  }

  @Override
  public void close() {}
}
