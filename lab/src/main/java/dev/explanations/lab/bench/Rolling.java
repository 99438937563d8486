package dev.explanations.lab.bench;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rolling",
    description = {
      "Several workers under a steady load; each in turn is stopped and started again.",
      "What is lost or doubled, and how long do requests take meanwhile?"
    },
    mixinStandardHelpOptions = true)
final class Rolling extends Scenario {

  /** Between a worker that is ready and the next, as minReadySeconds in the manifests. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  @Mixin private SteadyOptions steady = new SteadyOptions();

  @Option(names = "--workers", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(steady.call());
  }

  @Override
  int usualInFlight() {
    return 64;
  }

  @Override
  String heap() {
    return "512m";
  }

  @Override
  List<String> parameters() {
    return List.of("workers " + workers, steady.shown());
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    List<WorkerProcess> running = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      running.add(rig.start("w" + i));
    }
    Load load = rig.load(steady.capacity());
    int restarts;
    int after;
    try (SteadyLoad asking = SteadyLoad.start(load, steady.rate())) {
      int before = asking.goOnFor(steady.calm());
      rig.gemini().reset();
      restarts = asking.goOnFor(steady.calm());
      SteadyOptions.report(report, "before", load.phase(before, restarts - steady.rate()));
      for (int i = 0; i < workers; i++) {
        restart(rig, report, "w" + i, running.get(i));
        asking.goOnFor(SETTLE);
      }
      after = load.requests();
      asking.goOnFor(steady.calm());
    }
    load.awaitAll();
    SteadyOptions.report(report, "during", load.phase(restarts, after));
    SteadyOptions.report(report, "after", load.phase(after, load.requests()));
    Statistics calls = rig.gemini().statistics();
    report.answers(load, load.phase(0, load.requests()));
    report.line(
        "calls since before", "%,d, repeated %,d".formatted(calls.calls(), calls.repeatedCalls()));
  }

  private void restart(BenchRig rig, Report report, String name, WorkerProcess worker) {
    long signalled = System.nanoTime();
    int exitCode = worker.terminate(options().timeout());
    long stopped = System.nanoTime();
    var _ = rig.start(name);
    report.line(
        "restarted " + name,
        "stopped after %s with exit code %d, ready %s after that"
            .formatted(
                Report.seconds(Duration.ofNanos(stopped - signalled)),
                exitCode,
                Report.seconds(Duration.ofNanos(System.nanoTime() - stopped))));
  }
}
