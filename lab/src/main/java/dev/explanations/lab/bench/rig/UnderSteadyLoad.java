package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.load.CalmDown;
import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Stages;
import dev.explanations.lab.bench.load.SteadyLoad;
import dev.explanations.lab.bench.load.SteadyOptions;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.util.List;
import picocli.CommandLine.Mixin;

/**
 * Something is done to workers while requests come in steadily: latencies before, on warm workers,
 * meanwhile, and after.
 */
public abstract class UnderSteadyLoad extends SeveralWorkers {

  @Mixin private SteadyOptions steady = new SteadyOptions();

  /** How many workers there are at first. */
  public abstract int workersAtFirst();

  /**
   * Does it.
   *
   * @param workers that run, the first with number 1
   * @param stages to mark what is to be told apart
   */
  public abstract void disturb(
      BenchRig rig, List<WorkerProcess> workers, Stages stages, Report report)
      throws InterruptedException;

  @Override
  public final Behaviour behaviour() {
    return Behaviour.answer(steady.call());
  }

  /** For the title of a run. */
  public final String steadyLoad() {
    return steady.shown();
  }

  @Override
  public final void measure(BenchRig rig, Report report) throws Exception {
    List<WorkerProcess> workers = start(rig, 1, workersAtFirst());
    Load load = rig.load(steady.capacity());
    Stages stages;
    try (SteadyLoad asking = SteadyLoad.start(load, steady.rate())) {
      steady.warmUp().run(asking, load, report);
      rig.gemini().reset();
      stages = new Stages(load, asking);
      stages.begin("before");
      stages.goOnFor(steady.calm());
      stages.end();
      // for those on their way, whom nothing is to disturb
      stages.goOnFor(steady.call().multipliedBy(CalmDown.FACTOR));
      disturb(rig, workers, stages, report);
      stages.begin("after");
      stages.goOnFor(steady.calm());
    }
    load.awaitAll();
    stages.report(report);
    report.answers(load, load.phase(0, load.requests()));
    Statistics calls = rig.gemini().statistics();
    report.line(
        "calls since before", "%,d, repeated %,d".formatted(calls.calls(), calls.repeatedCalls()));
  }
}
