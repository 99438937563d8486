package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "burst",
    description = "Many requests for few explanations, none of them known yet: how many calls?")
public final class Burst extends Scenario {

  /** Far from the subjects that are measured. */
  private static final int OTHER_SUBJECTS = 1_000_000_000;

  @Mixin private LoadOptions asked = new LoadOptions(5_000, Duration.ofMillis(500), 500);

  @Option(
      names = "--distinct",
      defaultValue = "500",
      description = "Explanations that they ask for, in turn.")
  private int distinct;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + asked.requests(),
        "distinct " + distinct,
        "call " + asked.call().toMillis() + " ms",
        "warm-up " + asked.warmUp());
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    Load load = rig.load(asked.warmUp() + asked.requests());
    load.askAndAwait(asked.warmUp(), 0, i -> OTHER_SUBJECTS + i);
    rig.gemini().reset();

    load.askAndAwait(asked.requests(), 0, i -> i % distinct);

    Phase phase = load.phase(asked.warmUp(), asked.warmUp() + asked.requests());
    report.answers(load, phase);
    report.line("calls", "%,d".formatted(rig.gemini().statistics().calls()));
    report.line("all results after", Report.seconds(phase.whole()));
  }
}
