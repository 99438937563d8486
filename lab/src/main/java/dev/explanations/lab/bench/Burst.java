package dev.explanations.lab.bench;

import dev.explanations.lab.simulator.Behaviour;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "burst",
    description = "Many requests for few explanations, none of them known yet: how many calls?",
    mixinStandardHelpOptions = true)
final class Burst extends Scenario {

  /** Far from the subjects that are measured. */
  private static final int OTHER_SUBJECTS = 1_000_000_000;

  @Option(names = "--requests", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--distinct",
      defaultValue = "500",
      description = "Explanations that they ask for, in turn. Default: ${DEFAULT-VALUE}.")
  private int distinct;

  @Option(
      names = "--call",
      defaultValue = "500ms",
      description = "How long a call takes. Default: ${DEFAULT-VALUE}.")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--warm-up",
      defaultValue = "500",
      description = "Requests for other explanations before. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(call);
  }

  @Override
  List<String> parameters() {
    return List.of(
        "requests " + requests,
        "distinct " + distinct,
        "call " + call.toMillis() + " ms",
        "warm-up " + warmUp);
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    Load load = rig.load(warmUp + requests);
    load.ask(warmUp, 0, i -> OTHER_SUBJECTS + i);
    load.awaitAll();
    rig.gemini().reset();

    load.ask(requests, 0, i -> i % distinct);
    load.awaitAll();

    Phase phase = load.phase(warmUp, warmUp + requests);
    report.answers(load, phase);
    report.line("calls", "%,d".formatted(rig.gemini().statistics().calls()));
    report.line("all results after", Report.seconds(phase.whole()));
  }
}
