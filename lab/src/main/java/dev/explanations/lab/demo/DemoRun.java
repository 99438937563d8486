package dev.explanations.lab.demo;

import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import dev.explanations.lab.submit.Submission;
import dev.explanations.lab.submit.Summary;
import dev.explanations.lab.submit.Tally;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.Map;

/** Publishes requests to a stage and waits until all are answered. */
final class DemoRun {

  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RESULTS_TIMEOUT = Duration.ofMinutes(5);

  private final DemoStage stage;
  private final Ledger ledger = new Ledger();
  private Duration took = Duration.ZERO;

  DemoRun(DemoStage stage) {
    this.stage = stage;
  }

  /**
   * Publishes the requests and waits for their results. May be called once.
   *
   * @param ratePerSecond 0 is as fast as the broker takes them
   * @param progress is closed at the end
   */
  void answer(
      BufferedReader lines, double ratePerSecond, ResultListener listener, Progress progress)
      throws InterruptedException {
    String servers = stage.broker().bootstrapServers();
    try (progress;
        ResultFollower follower =
            ResultFollower.follow(
                servers, "explanations.results", ledger, listener, TOPIC_TIMEOUT, Map.of());
        Publisher publisher = new Publisher(servers, "explanations.requests", ledger, Map.of())) {
      took =
          new Submission(publisher, follower, ledger, progress)
              .run(lines, ratePerSecond, RESULTS_TIMEOUT);
    }
  }

  Tally tally() {
    return ledger.tally();
  }

  /** Requests without a result. */
  long waiting() {
    return ledger.waiting();
  }

  /** Prints and returns the counts of the run. */
  DemoCounts summarize() {
    DemoCounts figures = new DemoCounts(ledger.tally(), stage.model().calls(ledger.tally()));
    Summary.lines(ledger, took).forEach(System.out::println);
    System.out.printf("%-12s%,d made, %,d saved%n", "calls", figures.calls(), figures.saved());
    return figures;
  }
}
