package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.baseline.CopyApplication;
import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.JavaProcess;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hits",
    description = {
      "Requests for explanations that the state store has: how many a second? Before and after, a",
      "Streams application that only copies them through two hops, while the worker is idle."
    })
public final class Hits extends Scenario {

  @Option(names = "--requests", defaultValue = "200000")
  private int requests;

  @Option(
      names = "--explanations",
      defaultValue = "1000",
      description =
          "In the store, asked for before; the copying application copies as many requests before.")
  private int explanations;

  @Option(
      names = "--characters",
      defaultValue = "1000",
      description = "Of an explanation, at least.")
  private int characters;

  private record Speed(double wholeRate, double steadyRate, Duration cpu) {

    /** Of two runs. */
    Speed meanWith(Speed other) {
      return new Speed(
          (wholeRate + other.wholeRate) / 2,
          (steadyRate + other.steadyRate) / 2,
          cpu.plus(other.cpu).dividedBy(2));
    }
  }

  @Override
  public Behaviour behaviour() {
    return Behaviour.of(new Reply.Answer(characters));
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests,
        "explanations " + explanations,
        "of " + characters + " characters or more");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    AtomicInteger bytes = new AtomicInteger();
    Load load =
        rig.load(explanations + requests, (result, body) -> bytes.set(body.toString().length()));
    load.askAndAwait(explanations, 0, i -> i);
    rig.gemini().reset();

    rig.createTopics(CopyApplication.TOPICS);
    Load copied = rig.load(CopyApplication.TOPICS, 2 * (explanations + requests));
    Speed copyBefore = copy(rig, copied, bytes.get(), report);
    Speed hits = measure("worker", load, new ProcessProbe(worker), report);
    report.answers(load, load.phase(explanations, explanations + requests));
    report.line("calls", "%,d".formatted(rig.gemini().statistics().calls()));
    Speed copy = copy(rig, copied, bytes.get(), report).meanWith(copyBefore);
    report.line(
        "worker to copy",
        "%.3f whole run, %.3f 10th to 90th percent, %.2f times the CPU"
            .formatted(
                hits.wholeRate / copy.wholeRate,
                hits.steadyRate / copy.steadyRate,
                (double) hits.cpu.toNanos() / copy.cpu.toNanos()));
  }

  private Speed copy(BenchRig rig, Load load, int resultBytes, Report report) throws Exception {
    try (JavaProcess copy = rig.launchCopy(resultBytes)) {
      load.askAndAwait(explanations, 0, i -> i);
      return measure(
          "copy, %,d bytes".formatted(resultBytes), load, new ProcessProbe(copy), report);
    }
  }

  private Speed measure(String subject, Load load, ProcessProbe probe, Report report)
      throws InterruptedException {
    Duration cpuBefore = probe.cpu();
    int first = load.requests();
    load.askAndAwait(requests, 0, i -> i % explanations);
    Duration cpu = probe.cpu().minus(cpuBefore);
    Phase phase = load.phase(first, load.requests());
    report.line(
        subject,
        "%,.1f/s, 10th to 90th percent %,.1f/s, %.3f ms of CPU each, lost %d, doubled %d"
            .formatted(
                phase.wholeRate(),
                phase.steadyRate(),
                cpu.toNanos() / 1e6 / phase.results(),
                phase.lost(),
                phase.doubled()));
    return new Speed(phase.wholeRate(), phase.steadyRate(), cpu);
  }
}
