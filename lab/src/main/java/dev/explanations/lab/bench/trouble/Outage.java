package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.PhaseTimes;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.statistics.CallTime;
import dev.explanations.lab.simulator.statistics.Statistics;
import dev.explanations.lab.watch.BreakerState;
import dev.explanations.lab.watch.WorkerWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "outage",
    description = {
      "Gemini is down for a while: what is asked meanwhile, and how soon is all well again?",
      "Unique requests; the breaker's timeout is 5 s."
    })
public final class Outage extends FailureScenario {

  private static final String DOWN = "outage";
  private static final String BACK = "recovered";

  @Mixin private LoadOptions asked = new LoadOptions(3_000, Duration.ofMillis(100), 500);

  @Option(names = "--outage", defaultValue = "20s", description = "How long Gemini answers 503.")
  private Duration outage = Duration.ZERO;

  @Option(
      names = "--at-once",
      description = {
        "Publish all requests at once; the outage begins when a third is answered. By default",
        "they are published steadily, before, during and after it for the same time."
      })
  private boolean atOnce;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + asked.requests() + (atOnce ? " at once" : " steadily"),
        "call " + asked.call().toMillis() + " ms",
        "outage " + outage.toSeconds() + " s",
        "warm-up " + asked.warmUp());
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("CIRCUIT_BREAKER_TIMEOUT", "5s");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerWatch watch = rig.watch(rig.start("w1"));
    Load load = rig.load(asked.warmUp() + asked.requests());
    load.askAndAwait(asked.warmUp(), 0, i -> i);
    rig.gemini().reset();

    PhaseTimes times = new PhaseTimes();
    publish(load, rig.gemini(), times);
    long down = times.await(DOWN, options().timeout());
    long back = times.await(BACK, options().timeout());
    load.awaitAll();

    report.answers(load, load.phase(asked.warmUp(), load.requests()));
    calls(rig.gemini(), down, back, report);
    breaker(watch, down, back, report);
    recovery(load.waitingAt(asked.warmUp(), back), back, report);
  }

  private void publish(Load load, GeminiSimulator gemini, PhaseTimes times)
      throws InterruptedException {
    Behaviour healthy = Behaviour.answer(asked.call());
    Timeline.Phase down =
        new Timeline.Phase(DOWN, Behaviour.of(Reply.Canned.OVERLOADED).after(asked.call()), outage);
    Timeline.Phase back = new Timeline.Phase(BACK, healthy);
    if (atOnce) {
      load.ask(asked.requests(), 0, i -> asked.warmUp() + i);
      load.awaitAtMostWaiting(asked.requests() / 3 * 2);
      gemini.play(Timeline.of("outage", down, back), times);
    } else {
      gemini.play(
          Timeline.of("outage", new Timeline.Phase("healthy", healthy, outage), down, back), times);
      double rate = Report.perSecond(asked.requests(), outage.multipliedBy(3));
      load.ask(asked.requests(), rate, i -> asked.warmUp() + i);
    }
  }

  private void calls(GeminiSimulator gemini, long down, long back, Report report) {
    Statistics calls = gemini.statistics();
    report.line(
        "calls",
        "%,d, repeated %,d, peak in flight %d"
            .formatted(calls.calls(), calls.repeatedCalls(), calls.peakInFlight()));
    report.line("calls by phase", calls.byPhase().toString());
    int[] bySecond = new int[Math.toIntExact(outage.toSeconds()) + 1];
    for (CallTime call : gemini.latestCalls()) {
      long since = call.arrivedNanos() - down;
      if (since >= 0 && call.arrivedNanos() - back < 0) {
        bySecond[(int) Math.min(since / 1_000_000_000, bySecond.length - 1)]++;
      }
    }
    StringBuilder line = new StringBuilder();
    for (int each : bySecond) {
      line.append(each).append(' ');
    }
    report.line("in each second of it", line.toString().strip());
  }

  private static void breaker(WorkerWatch watch, long down, long back, Report report) {
    report.line(
        "breaker",
        "opened %d times; after the outage began: %s; closed after its end: %s"
            .formatted(
                watch.history().timesOpened(),
                after(watch.history().firstSince(BreakerState.OPEN, down), down),
                after(watch.history().firstSince(BreakerState.CLOSED, back), back)));
  }

  private static String after(OptionalLong nanos, long since) {
    return nanos.isEmpty() ? "never" : Report.seconds(Duration.ofNanos(nanos.getAsLong() - since));
  }

  private void recovery(Phase backlog, long back, Report report) {
    Duration first = backlog.firstAfter(back);
    report.line(
        "waiting at its end",
        "%,d, first answer after %s, last %s later"
            .formatted(
                backlog.requests(),
                Report.seconds(first),
                Report.seconds(backlog.between(0, Math.max(0, backlog.results() - 1)))));
    report.rate("10th to 90th percent", backlog.steadyRate(), asked.ideal(inFlight()));
  }
}
