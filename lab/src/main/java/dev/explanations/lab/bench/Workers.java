package dev.explanations.lab.bench;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "workers",
    description = "Long calls and few slots each: how much more do several workers than one?",
    mixinStandardHelpOptions = true)
final class Workers extends Scenario {

  @Option(
      names = "--workers",
      defaultValue = "3",
      description = "How many, besides one alone. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--call",
      defaultValue = "2s",
      description = "How long a call takes. Default: ${DEFAULT-VALUE}.")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      description = "How often each slot is used. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--settle",
      defaultValue = "70s",
      description = "How long tasks may take to move to new workers. Default: ${DEFAULT-VALUE}.")
  private Duration settle = Duration.ZERO;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(call);
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
    return List.of(
        "workers 1 and " + workers, "call " + call.toMillis() + " ms", "rounds " + rounds);
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    int each = inFlight() * rounds;
    Load load = rig.load(each * (1 + workers));
    double alone = rate(rig, report, load, 1, each);
    for (int i = 2; i <= workers; i++) {
      var _ = rig.start("w" + i);
    }
    Thread.sleep(settle);
    double together = rate(rig, report, load, workers, each * workers);
    report.line("together / alone", "%.2f".formatted(together / alone));
    report.answers(load, load.phase(0, load.requests()));
  }

  private double rate(BenchRig rig, Report report, Load load, int count, int requests)
      throws InterruptedException {
    rig.gemini().reset();
    int from = load.requests();
    load.ask(requests, 0, i -> from + i);
    load.awaitAll();
    Statistics calls = rig.gemini().statistics();
    Phase phase = load.phase(from, load.requests());
    double ideal = Report.perSecond(count * inFlight(), call);
    report.rate(count == 1 ? "one worker" : count + " workers", phase.wholeRate(), ideal);
    report.line(
        "  of that",
        "%s from the first request to the last result, calls %,d, repeated %d, peak in flight %d"
            .formatted(
                Report.seconds(phase.whole()),
                calls.calls(),
                calls.repeatedCalls(),
                calls.peakInFlight()));
    return phase.wholeRate();
  }
}
