package dev.explanations.lab.bench;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hits",
    description = "Requests for explanations that the state store has: how many a second?",
    mixinStandardHelpOptions = true)
final class Hits extends Scenario {

  @Option(names = "--requests", defaultValue = "200000", description = "Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--explanations",
      defaultValue = "1000",
      description = "Explanations in the store, asked for before. Default: ${DEFAULT-VALUE}.")
  private int explanations;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  List<String> parameters() {
    return List.of("requests " + requests, "explanations " + explanations);
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(explanations + requests);
    load.ask(explanations, 0, i -> i);
    load.awaitAll();
    rig.gemini().reset();
    ProcessProbe probe = new ProcessProbe(worker);
    Duration cpuBefore = probe.cpu();

    load.ask(requests, 0, i -> i % explanations);
    load.awaitAll();

    Duration cpu = probe.cpu().minus(cpuBefore);
    Phase phase = load.phase(explanations, explanations + requests);
    report.answers(load, phase);
    report.line("calls", "%,d".formatted(rig.gemini().statistics().calls()));
    report.rate("whole run", phase.wholeRate(), Double.POSITIVE_INFINITY);
    report.rate("10th to 90th percent", phase.steadyRate(), Double.POSITIVE_INFINITY);
    report.cpu(cpu, phase);
  }
}
