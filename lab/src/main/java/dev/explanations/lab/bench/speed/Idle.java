package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.RecordCounts;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "idle",
    description = "A worker that has nothing to do any more: what does it cost?")
public final class Idle extends Scenario {

  @Option(names = "--requests", defaultValue = "1000", description = "Answered before.")
  private int requests;

  @Option(
      names = "--settle",
      defaultValue = "2m",
      description = {
        "Time between the last result and the measurement: a JVM goes on compiling for a while,",
        "and alarms that were set for calls ring once more."
      })
  private Duration settle = Duration.ZERO;

  @Option(names = "--period", defaultValue = "30s", description = "How long to measure.")
  private Duration period = Duration.ZERO;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ofMillis(100));
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "period " + period.toSeconds() + " s",
        "after " + requests + " requests",
        "and " + settle.toSeconds() + " s");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    ProcessProbe probe = new ProcessProbe(worker);
    Load load = rig.load(requests);
    load.askAndAwait(requests, 0, i -> i);
    report.answers(load, load.phase(0, requests));
    Thread.sleep(settle);

    RecordCounts before = rig.records();
    Duration cpuBefore = probe.cpu();
    Thread.sleep(period);
    Duration cpu = probe.cpu().minus(cpuBefore);
    Map<String, Long> written = rig.records().since(before).offsets();

    report.line(
        "worker's CPU", "%.4f of a core".formatted(cpu.toNanos() / (double) period.toNanos()));
    report.line("offsets written", written.isEmpty() ? "none in any topic" : written.toString());
    report.line("memory", probe.memory());
  }
}
