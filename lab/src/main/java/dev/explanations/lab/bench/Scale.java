package dev.explanations.lab.bench;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "scale",
    description = {
      "One worker under a steady load, joined by two others, which then leave again.",
      "What is lost or doubled, and how long do requests take meanwhile?"
    },
    mixinStandardHelpOptions = true)
final class Scale extends Scenario {

  @Mixin private SteadyOptions steady = new SteadyOptions();

  @Option(
      names = "--stay",
      defaultValue = "40s",
      description = "How long the others stay once they are ready. Default: ${DEFAULT-VALUE}.")
  private Duration stay = Duration.ZERO;

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
    return List.of("workers 1, 3, 1", steady.shown(), "stay " + stay.toSeconds() + " s");
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    Load load = rig.load(steady.capacity());
    int out;
    int in;
    int after;
    try (SteadyLoad asking = SteadyLoad.start(load, steady.rate())) {
      int before = asking.goOnFor(steady.calm());
      rig.gemini().reset();
      out = asking.goOnFor(steady.calm());
      SteadyOptions.report(report, "one worker", load.phase(before, out - steady.rate()));

      List<WorkerProcess> others =
          List.of(
              rig.launch("w2", "LEAVE_ON_STOP", "true"), rig.launch("w3", "LEAVE_ON_STOP", "true"));
      others.forEach(worker -> worker.awaitReady(options().timeout()));
      in = asking.goOnFor(stay);
      others.forEach(
          worker -> report.line("left", "exit code " + worker.terminate(options().timeout())));
      after = load.requests();
      asking.goOnFor(steady.calm());
    }
    load.awaitAll();
    SteadyOptions.report(report, "two join, and stay", load.phase(out, in));
    SteadyOptions.report(report, "they leave", load.phase(in, after));
    SteadyOptions.report(report, "one worker again", load.phase(after, load.requests()));
    Statistics calls = rig.gemini().statistics();
    report.answers(load, load.phase(0, load.requests()));
    report.line(
        "calls since before", "%,d, repeated %,d".formatted(calls.calls(), calls.repeatedCalls()));
  }
}
