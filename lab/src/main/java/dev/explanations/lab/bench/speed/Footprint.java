package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BenchTopics;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "footprint",
    description = {
      "Many requests: how much is left of them in the topics and on the worker's disk?",
      "A broker frees the segments of deleted records a minute or more after the deletion."
    })
public final class Footprint extends Scenario {

  private static final double MEGABYTE = 1024.0 * 1024;

  @Option(names = "--requests", defaultValue = "1000000")
  private int requests;

  @Option(
      names = "--distinct",
      defaultValue = "10000",
      description = "Explanations that they ask for, in turn.")
  private int distinct;

  @Option(
      names = "--settle",
      defaultValue = "45s",
      description = {
        "Time after the last result, longer than the worker's purge interval (30 s). The lab's",
        "broker then looks every 10 s for segments to delete, one by default every 5 minutes."
      })
  private Duration settle = Duration.ZERO;

  @Option(
      names = "--meanwhile",
      defaultValue = "0",
      description = {
        "New explanations asked for per second of that time. A broker cleans no changelog that",
        "nobody writes to."
      })
  private int meanwhile;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests,
        "distinct " + distinct,
        "settle " + settle.toSeconds() + " s",
        "meanwhile " + meanwhile + "/s");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    var _ = rig.start("w1");
    BenchTopics cluster = rig.cluster();
    int later = Math.toIntExact(meanwhile * settle.toSeconds());
    Load load = rig.load(requests + later);
    load.askAndAwait(requests, 0, i -> i % distinct);
    Phase phase = load.phase(0, requests);
    report.answers(load, phase);
    report.line("calls", "%,d".formatted(rig.gemini().statistics().calls()));
    report.rate("whole run", phase.wholeRate(), Double.POSITIVE_INFINITY);
    print("at the end", rig, cluster, report);
    if (later > 0) {
      load.askAndAwait(later, meanwhile, i -> distinct + i);
    } else {
      Thread.sleep(settle);
    }
    print("%d s later".formatted(settle.toSeconds()), rig, cluster, report);
  }

  private static void print(String when, BenchRig rig, BenchTopics cluster, Report report)
      throws Exception {
    report.line(when, "%-52s %12s %10s".formatted("topic", "records", "MB"));
    for (var topic : cluster.sizes().entrySet()) {
      report.line(
          "",
          "%-52s %,12d %,10.1f"
              .formatted(
                  topic.getKey(), topic.getValue().records(), topic.getValue().bytes() / MEGABYTE));
    }
    double state = ProcessProbe.bytesOnDisk(rig.stateDirectory("w1")) / MEGABYTE;
    report.line("", "%-52s %12s %,10.1f".formatted("(the worker's state directory)", "", state));
  }
}
