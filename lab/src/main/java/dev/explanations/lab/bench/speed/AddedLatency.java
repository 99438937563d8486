package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.RecordCounts;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "latency",
    description =
        "Unique requests at a steady, low rate: what does the worker add to a call's time?")
public final class AddedLatency extends Scenario {

  @Option(names = "--rate", defaultValue = "20", description = "Requests per second.")
  private int rate;

  @Option(names = "--seconds", defaultValue = "30", description = "How long to measure.")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "Seconds at the same rate before.")
  private int warmUp;

  @Option(names = "--call", defaultValue = "200ms", description = "How long a call takes.")
  private Duration call = Duration.ZERO;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(call);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "rate " + rate + "/s",
        "seconds " + seconds,
        "call " + call.toMillis() + " ms",
        "warm-up " + warmUp + " s");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    int before = rate * warmUp;
    int measured = rate * seconds;
    Load load = rig.load(before + measured);
    load.askAndAwait(before, rate, i -> i);

    RecordCounts records = rig.records();
    load.askAndAwait(measured, rate, i -> before + i);

    Phase phase = load.phase(before, before + measured);
    report.answers(load, phase);
    report.line(
        "added latency",
        "p50 %s, p90 %s, p99 %s, max %s"
            .formatted(added(phase, 0.5), added(phase, 0.9), added(phase, 0.99), added(phase, 1)));
    rig.records().since(records).report(phase.requests(), report);
  }

  private String added(Phase phase, double share) {
    return Report.millis(phase.latency(share).minus(call));
  }
}
