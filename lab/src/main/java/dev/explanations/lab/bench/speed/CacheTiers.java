package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "cache-tiers",
    description = {
      "How many results a second come from each tier of the cache, and how many without one?",
      "On a fresh state directory Redis has everything; what it has given is then in the store.",
      "Without a cache all requests differ, Redis is off, and calls take no time: the most that",
      "could come from Gemini."
    })
public final class CacheTiers extends Scenario {

  @Option(names = "--requests", defaultValue = "100000")
  private int requests;

  @Option(
      names = "--explanations",
      defaultValue = "2000",
      description = "That the requests are about, again and again.")
  private int explanations;

  @Option(
      names = "--unique",
      defaultValue = "20000",
      description = "Requests for something else each, for Redis alone and for no cache.")
  private int unique;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  public List<String> parameters() {
    return List.of("requests " + requests, "explanations " + explanations, "unique " + unique);
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    SharedExplanations shared = new SharedExplanations(rig.redis());
    shared.put(0, unique + explanations);
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(2 * unique + 2 * requests + 3 * unique / 10);
    // the JVM has compiled what is measured
    load.askAndAwait(unique / 10, 0, i -> i);

    run("Redis, each once", worker, load, unique / 10 * 9, i -> unique / 10 + i, report);
    IntUnaryOperator again = i -> unique + i % explanations;
    run("Redis, then store", worker, load, requests, again, report);
    run("store", worker, load, requests, again, report);
    report.line("calls until here", "%,d".formatted(rig.gemini().statistics().calls()));
    worker.close();

    WorkerProcess without = rig.launch("w1", "REDIS_ENABLED", "false");
    without.awaitReady(options().timeout());
    int first = unique + explanations;
    load.askAndAwait(unique / 10, 0, i -> first + i);
    run("no cache", without, load, unique, i -> first + unique / 10 + i, report);
    report.line("results by source", load.bySource().toString());
  }

  private static void run(
      String subject,
      WorkerProcess worker,
      Load load,
      int count,
      IntUnaryOperator subjects,
      Report report)
      throws Exception {
    ProcessProbe probe = new ProcessProbe(worker);
    Duration cpuBefore = probe.cpu();
    int first = load.requests();
    load.askAndAwait(count, 0, subjects);
    Duration cpu = probe.cpu().minus(cpuBefore);
    Phase phase = load.phase(first, load.requests());
    report.line(
        subject,
        "%,.0f/s (10th to 90th percent %,.0f/s), lost %d, doubled %d, %.3f ms of CPU per result"
            .formatted(
                phase.wholeRate(),
                phase.steadyRate(),
                phase.lost(),
                phase.doubled(),
                cpu.toNanos() / 1e6 / phase.results()));
  }
}
