package dev.explanations.lab.submit;

import java.io.BufferedReader;
import java.time.Duration;
import java.util.Iterator;

/** Publishes requests and waits for their results, showing how far it is. */
public final class Submission {

  private static final Duration STEP = Duration.ofMillis(200);

  /** How long to watch for second results once each request has its first. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final Publisher publisher;
  private final ResultFollower follower;
  private final Ledger ledger;
  private final Progress progress;

  /** Closes none of them. */
  public Submission(
      Publisher publisher, ResultFollower follower, Ledger ledger, Progress progress) {
    this.publisher = publisher;
    this.follower = follower;
    this.ledger = ledger;
    this.progress = progress;
  }

  /**
   * Publishes every line, then waits.
   *
   * @param ratePerSecond 0 is as fast as the broker takes them
   * @param timeout from the last request published to the last result
   * @return time from the first request to the last result, or to giving up
   * @throws IllegalStateException when a request cannot be published or results cannot be read
   */
  public Duration run(BufferedReader lines, double ratePerSecond, Duration timeout)
      throws InterruptedException {
    long start = System.nanoTime();
    Pacer pacer = new Pacer(ratePerSecond);
    for (Iterator<RequestLine> each = RequestLine.read(lines).iterator(); each.hasNext(); ) {
      RequestLine line = each.next();
      pacer.await();
      publisher.publish(line);
      if (ratePerSecond > 0) {
        show();
      }
    }
    publisher.flush();
    awaitResults(timeout);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (ledger.waiting() == 0) {
      settle();
    }
    return took;
  }

  private void awaitResults(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean complete = false;
    while (!complete && System.nanoTime() < deadline) {
      complete = ledger.awaitResults(STEP);
      follower.check();
      show();
    }
  }

  private void settle() throws InterruptedException {
    Thread.sleep(SETTLE);
    follower.check();
  }

  private void show() {
    long requests = ledger.requests();
    progress.show(requests - ledger.waiting(), requests);
  }
}
