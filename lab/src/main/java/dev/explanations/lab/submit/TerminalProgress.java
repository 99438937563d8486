package dev.explanations.lab.submit;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error, which is redrawn in place. */
final class TerminalProgress implements Progress {
  private final ProgressBar bar;

  TerminalProgress(String what) {
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(what)
            .setInitialMax(0)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .build();
  }

  @Override
  public void show(long done, long total) {
    bar.maxHint(total);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }
}
