package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "kill",
    description = {
      "A worker that is killed half-way and started again: what is lost or repeated?",
      "Or one that is stopped, or joined by a second one for a while."
    })
public final class Kill extends Scenario {

  /** Results of the old worker that were on their way; no new one is as fast. */
  private static final Duration STRAGGLERS = Duration.ofMillis(300);

  private enum Signal {
    KILL,
    TERM
  }

  @Mixin private LoadOptions asked = new LoadOptions(10_000, Duration.ofMillis(500), 1_000);

  @Option(names = "--signal", defaultValue = "KILL", description = "KILL or TERM.")
  private Signal signal = Signal.KILL;

  @Option(
      names = "--second-worker",
      description = {
        "Kills nothing: a second worker joins, stays for a while, then stops and leaves the",
        "group. Both move tasks. Wants 30000 requests or more, to last that long."
      })
  private boolean secondWorker;

  @Option(
      names = "--stay",
      defaultValue = "10s",
      description = "How long the second worker stays once it is ready.")
  private Duration stay = Duration.ZERO;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + asked.requests(),
        "call " + asked.call().toMillis() + " ms",
        "warm-up " + asked.warmUp(),
        secondWorker
            ? "second worker for " + stay.toSeconds() + " s"
            : "SIG" + signal + " at half");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(asked.warmUp() + asked.requests());
    load.askAndAwait(asked.warmUp(), 0, i -> i);
    rig.gemini().reset();
    load.ask(asked.requests(), 0, i -> asked.warmUp() + i);
    if (secondWorker) {
      comeAndGo(rig, report, load);
    } else {
      endAndRestart(rig, report, load, worker);
    }
    Statistics calls = rig.gemini().statistics();
    Phase phase = measured(load);
    report.answers(load, phase);
    report.line("calls", "%,d, repeated %,d".formatted(calls.calls(), calls.repeatedCalls()));
    report.line(
        "all results after",
        "%s, longest time without one %s"
            .formatted(Report.seconds(phase.whole()), Report.seconds(phase.longestGap())));
  }

  private void endAndRestart(BenchRig rig, Report report, Load load, WorkerProcess worker)
      throws InterruptedException {
    load.awaitAtMostWaiting(asked.requests() / 2);
    int inFlight = rig.gemini().statistics().inFlight();
    long signalled = System.nanoTime();
    if (signal == Signal.KILL) {
      worker.kill();
    } else {
      int exitCode = worker.terminate(options().timeout());
      report.line(
          "stopped", "after %s with exit code %d".formatted(Report.since(signalled), exitCode));
    }
    long launched = System.nanoTime();
    var _ = rig.launch("w1");
    load.awaitAll();
    Duration first = measured(load).firstAfter(launched + STRAGGLERS.toNanos()).plus(STRAGGLERS);
    report.line("at the signal", "%d calls in flight".formatted(inFlight));
    report.line("first new result", "%s after the launch".formatted(Report.seconds(first)));
  }

  private Phase measured(Load load) {
    return load.phase(asked.warmUp(), asked.warmUp() + asked.requests());
  }

  private void comeAndGo(BenchRig rig, Report report, Load load) throws InterruptedException {
    load.awaitAtMostWaiting(asked.requests() / 10 * 9);
    WorkerProcess second = rig.launch("w2", "LEAVE_ON_STOP", "true");
    second.awaitReady(options().timeout());
    report.line("second worker ready", "with %,d requests waiting".formatted(load.waiting()));
    Thread.sleep(stay);
    int waiting = load.waiting();
    int exitCode = second.terminate(options().timeout());
    report.line(
        "second worker stopped",
        "with %,d requests waiting, gone with %,d, exit code %d"
            .formatted(waiting, load.waiting(), exitCode));
    load.awaitAll();
  }
}
