package dev.explanations.lab.demo;

import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.watch.BreakerState;
import dev.explanations.lab.watch.Change;
import dev.explanations.lab.watch.ChangeHistory;
import dev.explanations.lab.watch.WorkerWatch;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Narrates an outage of Gemini: requests keep coming while the simulator fails and recovers. */
final class OutageTour {

  /**
   * Behaviour without an outage. The latency is long enough for the watch to see a half-open
   * breaker.
   */
  static final Behaviour HEALTHY = Behaviour.answer(Duration.ofMillis(400));

  /** Settings with which the breaker opens, probes and closes within the tour. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "CIRCUIT_BREAKER_TIMEOUT", "5s",
          "RETRY_BACKOFF", "500ms",
          "RETRY_BACKOFF_MAX", "2s");

  private static final Behaviour DOWN =
      Behaviour.of(Reply.Canned.OVERLOADED).after(Duration.ofMillis(600));
  private static final Duration BEFORE = Duration.ofSeconds(6);
  private static final Duration OUTAGE = Duration.ofSeconds(20);
  private static final Duration PUBLISHING = Duration.ofSeconds(36);

  private final DemoStage stage;
  private final GeminiSimulator simulator;
  private final TourLog log = new TourLog(System.out);
  private volatile @Nullable Long recovered;

  OutageTour(DemoStage stage, GeminiSimulator simulator) {
    this.stage = stage;
    this.simulator = simulator;
  }

  DemoOutcome run(BufferedReader lines) throws InterruptedException {
    ImpatientRequests requests = ImpatientRequests.among(lines);
    log.say(
        "%d requests in %d s, %d of them with onUnavailable: fail; Gemini will be down for %d s"
            .formatted(
                requests.count(),
                PUBLISHING.toSeconds(),
                requests.impatient(),
                OUTAGE.toSeconds()));
    DemoRun run = new DemoRun(stage);
    ChangeHistory history;
    try (WorkerWatch watch = WorkerWatch.start(stage.worker().httpPort(), this::changed)) {
      Fallbacks fallbacks = new Fallbacks(log);
      RetryTopic retries = new RetryTopic(stage.broker().bootstrapServers());
      simulator.play(timeline(), this::began);
      run.answer(
          requests.lines(),
          requests.count() / (double) PUBLISHING.toSeconds(),
          fallbacks,
          new TourProgress(log, retries, fallbacks::count, simulator::calls));
      history = watch.history();
    }
    log.say(
        run.waiting() == 0
            ? "every request is answered"
            : "gave up: %d requests have no result".formatted(run.waiting()));
    System.out.println();
    DemoCounts figures = run.summarize();
    summarize(history);
    System.out.println();
    return new DemoOutcome(figures, figures.tally().exactlyOnce() && history.openedAndClosed());
  }

  private static Timeline timeline() {
    return Timeline.of(
        "outage",
        new Timeline.Phase("healthy", HEALTHY, BEFORE),
        new Timeline.Phase("outage", DOWN, OUTAGE),
        new Timeline.Phase("recovered", HEALTHY));
  }

  private void began(Timeline.Phase phase) {
    switch (phase.name()) {
      case "outage" -> log.say("GEMINI IS DOWN: every call gets 503");
      case "recovered" -> {
        recovered = System.nanoTime();
        log.say("GEMINI IS BACK: calls are answered again");
      }
      default -> log.say("Gemini answers each call after 400 ms");
    }
  }

  private void changed(Change change) {
    if (change.ofBreaker()) {
      log.say("BREAKER " + told(change));
    }
    if (change.ofHealth()) {
      log.say("health of the worker: " + change.now().health());
    }
  }

  private static String told(Change change) {
    return switch (change.now().breaker()) {
      case CLOSED ->
          change.before().breaker() == BreakerState.UNKNOWN
              ? "CLOSED"
              : "CLOSED: what waits flows back";
      case OPEN ->
          change.before().breaker() == BreakerState.HALF_OPEN
              ? "OPEN again: a probe failed"
              : "OPEN after %d failures in a row: nobody asks Gemini, new requests wait"
                  .formatted(change.now().failureCount());
      case HALF_OPEN -> "HALF-OPEN: probes go out";
      case DISABLED -> "DISABLED";
      case UNKNOWN -> "not seen: the worker does not tell";
    };
  }

  private void summarize(ChangeHistory history) {
    System.out.printf(
        "%-12sopened %d times, failed probes included%s; %d calls during the outage%n",
        "breaker",
        history.timesOpened(),
        closed(history),
        simulator.statistics().byPhase().getOrDefault("outage", 0L));
    if (!history.openedAndClosed()) {
      System.out.println("The circuit breaker was not seen open and closed again.");
    }
  }

  private String closed(ChangeHistory history) {
    Long back = recovered;
    OptionalLong closed =
        back == null ? OptionalLong.empty() : history.firstSince(BreakerState.CLOSED, back);
    return back == null || closed.isEmpty()
        ? ""
        : ", closed %.1f s after Gemini was back".formatted((closed.getAsLong() - back) / 1e9);
  }
}
