package dev.explanations.lab.demo;

import dev.explanations.lab.submit.Progress;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Logs the progress of a tour every three seconds. */
final class TourProgress implements Progress {

  private static final Duration INTERVAL = Duration.ofSeconds(3);

  private final TourLog log;
  private final RetryTopic retries;
  private final LongSupplier fallbacks;
  private final LongSupplier calls;
  private Duration next = INTERVAL;

  /**
   * @param retries closed together with this object
   */
  TourProgress(TourLog log, RetryTopic retries, LongSupplier fallbacks, LongSupplier calls) {
    this.log = log;
    this.retries = retries;
    this.fallbacks = fallbacks;
    this.calls = calls;
  }

  @Override
  public void show(long done, long total) {
    if (log.elapsed().compareTo(next) < 0) {
      return;
    }
    next = log.elapsed().plus(INTERVAL);
    log.say(
        ("  %d requests: %d answered (%d with the fallback), %d waiting;"
                + " %d went to the retry topic, %d calls")
            .formatted(
                total,
                done,
                fallbacks.getAsLong(),
                total - done,
                retries.records(),
                calls.getAsLong()));
  }

  @Override
  public void close() {
    retries.close();
  }
}
