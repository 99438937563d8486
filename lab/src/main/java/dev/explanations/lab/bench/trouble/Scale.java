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
    name = "scale",
    description = {
      "One worker under a steady load, joined by two others, which then leave again.",
      "What is lost or doubled, and how long do requests take meanwhile?"
    })
public final class Scale extends UnderSteadyLoad {

  /** For tasks to move, after workers have come or gone. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  @Option(
      names = "--stay",
      defaultValue = "40s",
      description = "How long the others stay once they are ready.")
  private Duration stay = Duration.ZERO;

  @Override
  public List<String> parameters() {
    return List.of("workers 1, 3, 1", steadyLoad(), "stay " + stay.toSeconds() + " s");
  }

  @Override
  public int workersAtFirst() {
    return 1;
  }

  @Override
  public void disturb(BenchRig rig, List<WorkerProcess> first, Stages stages, Report report)
      throws InterruptedException {
    stages.begin("two join");
    List<WorkerProcess> others = start(rig, 2, 2, "LEAVE_ON_STOP", "true");
    stages.goOnFor(SETTLE);
    stages.begin("three");
    stages.goOnFor(stay);
    stages.begin("two leave");
    others.forEach(
        worker -> report.line("left", "exit code " + worker.terminate(options().timeout())));
    stages.goOnFor(SETTLE);
  }
}
