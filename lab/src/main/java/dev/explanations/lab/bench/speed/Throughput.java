package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BenchTopics;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.RecordCounts;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Latency;
import dev.explanations.lab.simulator.statistics.CallTime;
import dev.explanations.lab.simulator.statistics.Statistics;
import dev.explanations.lab.watch.WorkerCommands;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "throughput",
    description = "Unique requests, published at once: how close to what the calls allow?")
public final class Throughput extends Scenario {

  /** Of all slots: then slow start is over. */
  private static final double SLOTS_IN_USE = 0.95;

  @Mixin private LoadOptions asked = new LoadOptions(10_000, Duration.ofMillis(500), 1_000);

  @Option(
      names = "--sigma",
      defaultValue = "0",
      description = "Spread of lognormal latency; 0 makes every call take the same.")
  private double sigma;

  @Option(
      names = "--backlog",
      description = {
        "All are taken in before the first call, while the circuit breaker is held open:",
        "taking in and calling do not share the time."
      })
  private boolean backlog;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(
        sigma == 0 ? new Latency.Fixed(asked.call()) : new Latency.LogNormal(asked.call(), sigma));
  }

  @Override
  public List<String> parameters() {
    String latency =
        asked.call().toMillis() + " ms" + (sigma == 0 ? "" : " lognormal, sigma " + sigma);
    return List.of(
        "requests " + asked.requests(),
        "call " + latency,
        "warm-up " + asked.warmUp(),
        backlog ? "taken in first" : "called for as they come");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(asked.warmUp() + asked.requests());
    load.askAndAwait(asked.warmUp(), 0, i -> i);
    rig.gemini().reset();
    ProcessProbe probe = new ProcessProbe(worker);
    RecordCounts records = rig.records();
    Duration broker = rig.broker().cpu();
    Duration cpuBefore = probe.cpu();

    if (backlog) {
      askForBacklog(worker, load, rig.cluster(), report);
    } else {
      load.ask(asked.requests(), 0, i -> asked.warmUp() + i);
    }
    load.awaitAll();

    Duration cpu = probe.cpu().minus(cpuBefore);
    broker = rig.broker().cpu().minus(broker);
    Statistics calls = rig.gemini().statistics();
    Phase phase = load.phase(asked.warmUp(), asked.warmUp() + asked.requests());
    report.answers(load, phase);
    report.line(
        "calls",
        "%,d, repeated %d, peak in flight %d"
            .formatted(calls.calls(), calls.repeatedCalls(), calls.peakInFlight()));
    if (!backlog) {
      report.rate("whole run", phase.wholeRate(), ideal());
    }
    report.rate("10th to 90th percent", phase.steadyRate(), ideal());
    slowStart(rig.gemini().latestCalls(), report);
    report.cpu(cpu, phase);
    report.line("broker's CPU", Report.seconds(broker));
    rig.records().since(records).report(phase.requests(), report);
  }

  /** Calls that take no time never use all slots. */
  private void slowStart(List<CallTime> calls, Report report) {
    int slots = (int) (SLOTS_IN_USE * inFlight());
    OptionalLong inUse = CallTime.firstWith(slots, calls);
    if (inUse.isPresent()) {
      Duration after = Duration.ofNanos(inUse.getAsLong() - calls.getFirst().arrivedNanos());
      report.line(
          "slow start",
          "%,d calls in flight %s after the first".formatted(slots, Report.seconds(after)));
    }
  }

  private void askForBacklog(WorkerProcess worker, Load load, BenchTopics cluster, Report report)
      throws Exception {
    try (WorkerCommands commands = new WorkerCommands(worker.httpPort())) {
      commands.holdBreakerOpen();
      long start = System.nanoTime();
      load.ask(asked.requests(), 0, i -> asked.warmUp() + i);
      cluster.awaitTakenIn(load.requests(), options().timeout());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      report.line("taken in", "at %,.0f/s".formatted(Report.perSecond(asked.requests(), took)));
      commands.resetBreaker();
    }
  }

  /** With lognormal latency the mean is above the median. */
  private double ideal() {
    return asked.ideal(inFlight()) / Math.exp(sigma * sigma / 2);
  }
}
