package dev.explanations.lab.bench;

import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "waiting",
    description = {
      "Unique requests while Gemini hangs, until it answers again: what do they cost?",
      "Hits are asked for whenever a part has been taken in."
    },
    mixinStandardHelpOptions = true)
final class Waiting extends Scenario {

  private static final int HITS = 60;
  private static final int HITS_PER_SECOND = 20;
  private static final Duration POLL = Duration.ofMillis(50);

  @Option(
      names = "--requests",
      defaultValue = "1000000",
      description = "All different. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--part",
      defaultValue = "100000",
      description = "Requests between two lines of figures. Default: ${DEFAULT-VALUE}.")
  private int part;

  @Option(
      names = "--warm-up",
      defaultValue = "100000",
      description = {
        "Answered before, and all that the store may hold. A JVM that still compiles, and stores",
        "that fill for the first time, make the first part dearer. Default: ${DEFAULT-VALUE}."
      })
  private int warmUp;

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  List<String> parameters() {
    return List.of("requests " + requests, "in parts of " + part, "warm-up " + warmUp);
  }

  @Override
  String heap() {
    return "512m";
  }

  /**
   * Nothing but the end of the hanging may end the waiting. The store is full all the time, as it
   * is in a worker that has run for long: with room left, the last part alone would have to evict.
   */
  @Override
  Map<String, String> settings() {
    return Map.of(
        "GEMINI_TIMEOUT", "1h",
        "REQUEST_TIMEOUT", "24h",
        "CACHE_TTL", "24h",
        "CACHE_MAX_ENTRIES", Integer.toString(warmUp),
        "CIRCUIT_BREAKER_ENABLED", "false",
        "MAX_PENDING", Integer.toString(2 * requests));
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    ProcessProbe probe = new ProcessProbe(rig.start("w1"));
    int parts = Math.ceilDiv(requests, part);
    Load load = rig.load(warmUp + requests + parts * HITS);
    Cluster cluster = rig.cluster();
    load.ask(warmUp, 0, i -> i);
    load.awaitAll();
    report.line("before", "heap %,d MB live".formatted(probe.liveHeapMegabytes()));

    rig.gemini().behave(Behaviour.of(new Reply.Hang()));
    for (int asked = 0; asked < requests; asked += part) {
      takeIn(asked, load, cluster, probe, report);
    }

    long answering = System.nanoTime();
    rig.restartGemini(Behaviour.answer(Duration.ZERO));
    for (int waiting = requests; waiting > 0; waiting -= part) {
      answer(waiting, load, probe, report);
    }
    load.awaitAll();

    Phase phase = load.phase(warmUp, load.requests());
    report.answers(load, phase);
    report.line(
        "Gemini answers again",
        "first result after %s, the last %s after the first"
            .formatted(
                Report.seconds(phase.firstAfter(answering)),
                Report.seconds(phase.between(parts * HITS, phase.results() - 1))));
    report.line(
        "after",
        "heap %,d MB live, %,d MB resident"
            .formatted(probe.liveHeapMegabytes(), probe.residentMegabytes()));
  }

  private void answer(int waiting, Load load, ProcessProbe probe, Report report)
      throws InterruptedException {
    int left = Math.max(0, waiting - part);
    long start = System.nanoTime();
    Duration cpu = probe.cpu();
    load.awaitAtMostWaiting(left);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    cpu = probe.cpu().minus(cpu);
    report.line(
        "%,d still waiting".formatted(left),
        "answered at %,.0f/s, %s of CPU each"
            .formatted(
                Report.perSecond(waiting - left, took),
                Report.micros(cpu.dividedBy(waiting - left))));
  }

  private void takeIn(int asked, Load load, Cluster cluster, ProcessProbe probe, Report report)
      throws Exception {
    int count = Math.min(part, requests - asked);
    long start = System.nanoTime();
    Duration cpu = probe.cpu();
    load.ask(count, 0, i -> warmUp + asked + i);
    while (!cluster.takenIn(load.requests())) {
      Thread.sleep(POLL);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    cpu = probe.cpu().minus(cpu);

    int firstHit = load.requests();
    // the newest: tasks whose share of the warm-up was above the average have evicted the oldest
    load.ask(HITS, HITS_PER_SECOND, i -> Math.max(0, warmUp - 1 - i));
    load.awaitAtMostWaiting(asked + count);
    Phase hits = load.phase(firstHit, load.requests());
    report.line(
        "%,d waiting".formatted(asked + count),
        "taken in at %,.0f/s, %s of CPU each, heap %,d MB live, %,d MB resident, hits p50 %s, p99 %s"
            .formatted(
                Report.perSecond(count, took),
                Report.micros(cpu.dividedBy(count)),
                probe.liveHeapMegabytes(),
                probe.residentMegabytes(),
                Report.millis(hits.latency(0.5)),
                Report.millis(hits.latency(0.99))));
  }
}
