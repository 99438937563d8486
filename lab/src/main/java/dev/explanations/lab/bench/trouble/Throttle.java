package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Quota;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import dev.explanations.lab.simulator.statistics.CallTime;
import dev.explanations.lab.simulator.statistics.RetryMargins;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "throttle",
    description = {
      "Gemini answers 429 to unique requests: is its delay kept, and its quota?",
      "First it does so for a while; then the worker has a limit that is as high as the quota."
    })
public final class Throttle extends FailureScenario {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  @Mixin private LoadOptions asked = new LoadOptions(1_000, Duration.ofMillis(100), 200);

  @Option(names = "--delay", defaultValue = "3700ms", description = "What the 429 asks for.")
  private Duration delay = Duration.ZERO;

  @Option(
      names = "--throttling",
      defaultValue = "10s",
      description = "How long Gemini answers 429.")
  private Duration throttling = Duration.ZERO;

  @Option(
      names = "--grace",
      defaultValue = "100ms",
      description = "Calls so soon after a 429 were on their way.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--quota",
      defaultValue = "60",
      description = "Gemini's quota and the worker's limit, per minute; 0 leaves that part out.")
  private int quota;

  @Option(
      names = "--quota-requests",
      defaultValue = "150",
      description = "Published at once against the quota.")
  private int quotaRequests;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + asked.requests(),
        "call " + asked.call().toMillis() + " ms",
        "delay " + delay.toMillis() + " ms",
        "throttling for " + throttling.toSeconds() + " s",
        "quota " + quota + "/min",
        "warm-up " + asked.warmUp());
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    int first = asked.warmUp();
    int second = first + asked.requests();
    Load load = rig.load(second + quotaRequests);
    load.askAndAwait(first, 0, i -> i);
    rig.gemini().reset();
    obeyDelays(rig, load, first, report);
    if (quota > 0) {
      worker.terminate(options().timeout());
      keepQuota(rig, load, second, report);
    }
  }

  private void obeyDelays(BenchRig rig, Load load, int from, Report report)
      throws InterruptedException {
    load.ask(asked.requests(), 0, i -> from + i);
    load.awaitAtMostWaiting(asked.requests() / 4 * 3);
    rig.gemini()
        .play(
            Timeline.of(
                "throttle",
                new Timeline.Phase("throttled", Behaviour.throttled(delay), throttling),
                new Timeline.Phase("recovered", behaviour())),
            TimelineListener.NONE);
    load.awaitAll();

    report.answers(load, load.phase(from, from + asked.requests()));
    report.line("replies by status", rig.gemini().statistics().byStatus().toString());
    RetryMargins margins = RetryMargins.of(rig.gemini().latestCalls(), grace);
    Duration smallest = margins.smallest();
    report.line(
        "after a 429",
        "%,d calls too early, %,d on their way; the earliest other %s the delay's end"
            .formatted(
                margins.early(),
                margins.onTheWay(),
                smallest == null
                    ? "never came after"
                    : Report.millis(smallest.abs())
                        + (smallest.isNegative() ? " before" : " after")));
  }

  private void keepQuota(BenchRig rig, Load load, int from, Report report)
      throws InterruptedException {
    rig.gemini().behave(behaviour().within(Quota.perMinute(quota)));
    rig.gemini().reset();
    WorkerProcess worker = rig.launch("w1", "GEMINI_REQUESTS_PER_MINUTE", Integer.toString(quota));
    worker.awaitReady(options().timeout());
    load.askAndAwait(quotaRequests, 0, i -> from + i);

    Phase phase = load.phase(from, from + quotaRequests);
    report.answers(load, phase);
    report.line(
        "against the quota",
        "%,d replies 429, %,d calls in %s, at most %,d in a minute"
            .formatted(
                rig.gemini().statistics().replies(429),
                rig.gemini().calls(),
                Report.seconds(phase.whole()),
                CallTime.mostWithin(WINDOW, rig.gemini().latestCalls())));
  }
}
