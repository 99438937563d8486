package dev.explanations.lab.bench.hostile;

import static dev.explanations.lab.submit.CommittedRecords.header;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.CommittedRecords;
import dev.explanations.lab.submit.hostile.HostileRecords;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hostile",
    description = "Records of hostile sizes among good requests: does the worker outlive them?")
public final class Hostile extends Scenario {

  @Option(names = "--requests", defaultValue = "1000", description = "So many good ones.")
  private int requests;

  @Option(
      names = "--records",
      defaultValue = "50",
      description = "So many hostile ones among them.")
  private int records;

  @Option(
      names = "--seed",
      description = "Sizes are the same for the same seed. Default: another each time.")
  private @Nullable Long seed;

  @Option(
      names = "--max-bytes",
      defaultValue = "250000000",
      description = "Of JSON, or of headers, unpacked.")
  private int maxBytes;

  @Option(names = "--max-headers", defaultValue = "2000000")
  private int maxHeaders;

  @Option(
      names = "--old-topic",
      description = "The topic of requests was there before, and has no limit for what unpacks.")
  private boolean oldTopic;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ofMillis(50));
  }

  @Override
  public String heap() {
    return "512m";
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "good requests " + requests,
        "hostile records " + records,
        "of at most " + maxBytes + " bytes and " + maxHeaders + " headers",
        "topic without a limit " + oldTopic);
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    long number = seed == null ? System.nanoTime() : seed;
    report.line("seed", Long.toString(number));
    if (oldTopic) {
      rig.cluster().create(List.of(Load.REQUESTS), usualPartitions());
    }
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(requests);
    int taken = 0;
    try (HostileRecords hostile =
        new HostileRecords(rig.bootstrapServers(), Load.REQUESTS, number, maxBytes, maxHeaders)) {
      int own = hostile.sendToWorkersOwn("explanations.outcomes", "explanations.retries");
      report.line("records on the workers' own topics", Integer.toString(own));
      for (int i = 0; i < requests; i++) {
        load.ask(i);
        if (i % Math.max(1, requests / records) == 0
            && i / Math.max(1, requests / records) < records) {
          boolean sent = hostile.sendNext("hostile-" + i);
          taken += sent ? 1 : 0;
          report.line(sent ? "taken" : "refused by the broker", hostile.last());
        }
      }
    }
    load.flush();
    load.awaitAll();

    report.answers(load, load.phase(0, requests));
    report.line("hostile records that the broker took", Integer.toString(taken));
    report.line("the process was never restarted, and lives", Boolean.toString(worker.isAlive()));
    report.line(
        "stream threads that died",
        Long.toString(worker.log().stream().filter(l -> l.contains("stream thread died")).count()));
    Map<String, Long> letters = new TreeMap<>();
    CommittedRecords.read(
        rig.bootstrapServers(),
        Load.DEAD_LETTERS::equals,
        letter -> {
          String reason = Objects.requireNonNullElse(header(letter, "explanation-reason"), "none");
          boolean cut = letter.headers().lastHeader("explanation-truncated") != null;
          letters.merge(reason + (cut ? ", cut" : ""), 1L, Long::sum);
        });
    report.line("dead letters", letters.toString());
  }
}
