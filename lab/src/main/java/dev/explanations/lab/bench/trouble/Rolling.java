package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Stages;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.UnderSteadyLoad;
import dev.explanations.lab.process.WorkerProcess;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "rolling",
    description = {
      "Several workers under a steady load; each in turn is stopped and started again.",
      "What is lost or doubled, and how long do requests take meanwhile?"
    })
public final class Rolling extends UnderSteadyLoad {

  /** Between a worker that is ready and the next, as minReadySeconds in the manifests. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  @Option(names = "--workers", defaultValue = "3")
  private int workers;

  @Override
  public List<String> parameters() {
    return List.of("workers " + workers, steadyLoad());
  }

  @Override
  public int workersAtFirst() {
    return workers;
  }

  @Override
  public void disturb(BenchRig rig, List<WorkerProcess> running, Stages stages, Report report)
      throws InterruptedException {
    stages.begin("restarts");
    for (int i = 0; i < workers; i++) {
      restart(rig, report, i + 1, running.get(i));
      stages.goOnFor(SETTLE);
    }
  }

  private void restart(BenchRig rig, Report report, int number, WorkerProcess worker) {
    long signalled = System.nanoTime();
    int exitCode = worker.terminate(options().timeout());
    long stopped = System.nanoTime();
    var _ = start(rig, number, 1);
    report.line(
        "restarted " + name(number),
        "stopped after %s with exit code %d, ready %s after that"
            .formatted(
                Report.seconds(Duration.ofNanos(stopped - signalled)),
                exitCode,
                Report.since(stopped)));
  }
}
