package dev.explanations.lab.bench;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Latency;
import dev.explanations.lab.simulator.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "throughput",
    description = "Unique requests, published at once: how close to what the calls allow?",
    mixinStandardHelpOptions = true)
final class Throughput extends Scenario {

  @Option(
      names = "--requests",
      defaultValue = "10000",
      description = "All different. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--call",
      defaultValue = "500ms",
      description = "How long a call takes; the median with --sigma. Default: ${DEFAULT-VALUE}.")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--sigma",
      defaultValue = "0",
      description = "Spread of lognormal latency; 0, the default, makes every call take the same.")
  private double sigma;

  @Option(
      names = "--warm-up",
      defaultValue = "1000",
      description = "Requests before the measured ones. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(
        sigma == 0 ? new Latency.Fixed(call) : new Latency.LogNormal(call, sigma));
  }

  @Override
  List<String> parameters() {
    String latency = call.toMillis() + " ms" + (sigma == 0 ? "" : " lognormal, sigma " + sigma);
    return List.of("requests " + requests, "call " + latency, "warm-up " + warmUp);
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(warmUp + requests);
    load.ask(warmUp, 0, i -> i);
    load.awaitAll();
    rig.gemini().reset();
    ProcessProbe probe = new ProcessProbe(worker);
    Duration cpuBefore = probe.cpu();

    load.ask(requests, 0, i -> warmUp + i);
    load.awaitAll();

    Duration cpu = probe.cpu().minus(cpuBefore);
    Statistics calls = rig.gemini().statistics();
    Phase phase = load.phase(warmUp, warmUp + requests);
    report.answers(load, phase);
    report.line(
        "calls",
        "%,d, repeated %d, peak in flight %d"
            .formatted(calls.calls(), calls.repeatedCalls(), calls.peakInFlight()));
    report.rate("whole run", phase.wholeRate(), ideal());
    report.rate("10th to 90th percent", phase.steadyRate(), ideal());
    report.cpu(cpu, phase);
  }

  /** Results per second if every slot always had a call; infinite when calls take no time. */
  private double ideal() {
    double mean = call.toNanos() / 1e9 * Math.exp(sigma * sigma / 2);
    return options().inFlight() / mean;
  }
}
