package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.SeveralWorkers;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "workers",
    description = {
      "Long calls and few slots each: how much more do several workers than one?",
      "A backlog for one, then for all; each after others, until every slot has been used."
    })
public final class Workers extends SeveralWorkers {

  /** Of what so many workers would do if none were in another's way. */
  private static final double ENOUGH = 0.9;

  /** Of all slots at the same time: then no worker is without tasks. */
  private static final double IN_USE = 0.95;

  private static final int MOST_WARM_UPS = 12;

  @Option(names = "--workers", defaultValue = "3", description = "How many, besides one alone.")
  private int workers;

  @Option(names = "--call", defaultValue = "1s", description = "How long a call takes.")
  private Duration call = Duration.ZERO;

  @Option(names = "--rounds", defaultValue = "40", description = "How often each slot is used.")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "The same for each backlog of a warm-up; two at least.")
  private int warmUp;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(call);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "workers 1 and " + workers, "call " + call.toMillis() + " ms", "rounds " + rounds);
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    var _ = start(rig, 1, 1);
    Load load = rig.load(inFlight() * (1 + workers) * (rounds + MOST_WARM_UPS * warmUp));
    Phase alone = measure(rig, report, load, 1);
    var _ = start(rig, 2, workers - 1);
    Phase together = measure(rig, report, load, workers);
    report.answers(load, load.phase(0, load.requests()));
    double times = together.wholeRate() / alone.wholeRate();
    report.verdict(
        times >= ENOUGH * workers,
        "%d workers do %.2f times what one does (asked %.1f), %.2f from the 10th to the 90th percentile"
            .formatted(
                workers, times, ENOUGH * workers, together.steadyRate() / alone.steadyRate()));
  }

  private Phase measure(BenchRig rig, Report report, Load load, int count)
      throws InterruptedException {
    warmUp(rig, report, load, count);
    int from = load.requests();
    Statistics calls = workOff(rig, load, count * rounds);
    Phase phase = load.phase(from, load.requests());
    double ideal = Report.perSecond(count * inFlight(), call);
    report.rate(count == 1 ? "one worker" : count + " workers", phase.wholeRate(), ideal);
    report.line(
        "  of that",
        "%,.1f/s from the 10th to the 90th percentile, %s from the first request to the last result"
            .formatted(phase.steadyRate(), Report.seconds(phase.whole())));
    report.line(
        "  calls",
        "%,d, repeated %d, peak in flight %d"
            .formatted(calls.calls(), calls.repeatedCalls(), calls.peakInFlight()));
    return phase;
  }

  /** Tasks move to new workers, and JVMs compile. */
  private void warmUp(BenchRig rig, Report report, Load load, int count)
      throws InterruptedException {
    int times = 0;
    int peak = 0;
    while (times < 2 || (times < MOST_WARM_UPS && peak < IN_USE * count * inFlight())) {
      peak = workOff(rig, load, count * warmUp).peakInFlight();
      times++;
    }
    report.line("warm-up", "%d backlogs, in the last peak in flight %d".formatted(times, peak));
  }

  /** A backlog of so many times the slots of a worker. */
  private Statistics workOff(BenchRig rig, Load load, int times) throws InterruptedException {
    rig.gemini().reset();
    int from = load.requests();
    load.askAndAwait(times * inFlight(), 0, i -> from + i);
    return rig.gemini().statistics();
  }
}
