package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.SteadyLoad;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BenchTopics;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.bench.rig.WorkerFigures;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "waiting",
    description = {
      "Unique requests while Gemini hangs, until it answers again: what do they cost?",
      "Hits are asked for whenever a part has been taken in."
    })
public final class Waiting extends Scenario {

  private static final int HITS = 60;
  private static final int HITS_PER_SECOND = 20;

  /** Between looks at a new owner. */
  private static final Duration POLL = Duration.ofMillis(500);

  private enum Takeover {
    KILL(0.95),
    /** Partitions differ. */
    MOVE(0.4);

    /** Of all that wait, what the new owner is to have. */
    private final double share;

    Takeover(double share) {
      this.share = share;
    }
  }

  @Option(names = "--requests", defaultValue = "1000000", description = "All different.")
  private int requests;

  @Option(
      names = "--part",
      defaultValue = "100000",
      description = "Requests between two lines of figures.")
  private int part;

  @Option(
      names = "--warm-up",
      defaultValue = "100000",
      description = {
        "Answered before, and all that the store may hold. A JVM that still compiles, and stores",
        "that fill for the first time, make the first part dearer."
      })
  private int warmUp;

  @Option(
      names = "--takeover",
      description = {
        "In place of the answers: KILL, then a new start; or MOVE, to a second worker that joins",
        "and gets half. How long do new requests wait, which the cache answers?"
      })
  private @Nullable Takeover takeover;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests,
        "in parts of " + part,
        "warm-up " + warmUp,
        takeover == null ? "answered in the end" : "takeover by " + takeover);
  }

  @Override
  public String heap() {
    return "512m";
  }

  /**
   * Nothing but the end of the hanging may end the waiting. The store is full all the time, as it
   * is in a worker that has run for long: with room left, the last part alone would have to evict.
   */
  @Override
  public Map<String, String> settings() {
    return Map.of(
        "GEMINI_TIMEOUT", "1h",
        "REQUEST_TIMEOUT", "24h",
        "CACHE_TTL", "24h",
        "CACHE_MAX_ENTRIES", Integer.toString(warmUp),
        "CIRCUIT_BREAKER_ENABLED", "false",
        "MAX_PENDING", Integer.toString(2 * requests));
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    ProcessProbe probe = new ProcessProbe(worker);
    int parts = Math.ceilDiv(requests, part);
    int later = takeover == null ? 0 : hitsIn(options().timeout().multipliedBy(2));
    Load load = rig.load(warmUp + requests + parts * HITS + later);
    BenchTopics cluster = rig.cluster();
    load.askAndAwait(warmUp, 0, i -> i);
    report.line("before", "heap %,d MB live".formatted(probe.liveHeapMegabytes()));

    rig.gemini().behave(Behaviour.of(new Reply.Hang()));
    List<Cost> takingIn = new ArrayList<>();
    for (int asked = 0; asked < requests; asked += part) {
      takingIn.add(takeIn(asked, load, cluster, probe, report));
    }
    lastToFirst("taking in", takingIn, report);
    if (takeover != null) {
      takeOver(takeover, worker, rig, load, report);
      return;
    }

    List<Cost> answering = new ArrayList<>();
    long back = System.nanoTime();
    rig.restartGemini(Behaviour.answer(Duration.ZERO));
    for (int waiting = requests; waiting > 0; waiting -= part) {
      answering.add(answer(waiting, load, probe, report));
    }
    load.awaitAll();
    lastToFirst("answering", answering, report);

    Phase phase = load.phase(warmUp, load.requests());
    report.answers(load, phase);
    report.line(
        "Gemini answers again",
        "first result after %s, the last %s after the first"
            .formatted(
                Report.seconds(phase.firstAfter(back)),
                Report.seconds(phase.between(parts * HITS, phase.results() - 1))));
    report.line("after", probe.memory());
  }

  /**
   * Of one request in a part.
   *
   * @param heapMegabytes live afterwards
   */
  private record Cost(Duration cpu, long heapMegabytes) {}

  private static void lastToFirst(String what, List<Cost> parts, Report report) {
    Cost first = parts.getFirst();
    Cost last = parts.getLast();
    report.line(
        what + ", last to first",
        "%.3f of the CPU each, heap %,d MB live to %,d MB"
            .formatted(
                (double) last.cpu.toNanos() / first.cpu.toNanos(),
                last.heapMegabytes,
                first.heapMegabytes));
  }

  private static int hitsIn(Duration time) {
    return Math.toIntExact(HITS_PER_SECOND * time.toSeconds());
  }

  /**
   * Subjects of which the cache has the explanation: the newest, for tasks whose share of the
   * warm-up was above the average have evicted the oldest.
   */
  private int cached(int number) {
    return Math.max(0, warmUp - 1 - number % HITS);
  }

  private void takeOver(Takeover how, WorkerProcess worker, BenchRig rig, Load load, Report report)
      throws Exception {
    int first = load.requests();
    long start = System.nanoTime();
    if (how == Takeover.KILL) {
      worker.kill();
    }
    WorkerProcess owner = rig.launch(how == Takeover.KILL ? "w1" : "w2");
    try (SteadyLoad _ = SteadyLoad.start(load, HITS_PER_SECOND, this::cached)) {
      owner.awaitReady(options().timeout());
      report.line("new owner ready", "after %s".formatted(Report.since(start)));
      awaitOwned(owner, how.share);
      report.line("owns its share", "after %s".formatted(Report.since(start)));
      load.awaitAnswered(first, load.requests());
    }
    load.awaitAnswered(first, load.requests());
    Phase hits = load.phase(first, load.requests());
    report.latencies("new requests meanwhile", hits);
  }

  private void awaitOwned(WorkerProcess owner, double share) throws Exception {
    long giveUp = System.nanoTime() + options().timeout().toNanos();
    try (WorkerFigures figures = new WorkerFigures(owner)) {
      while (figures.pending() < share * requests) {
        if (System.nanoTime() > giveUp) {
          throw new IllegalStateException("the new owner has only " + figures.pending());
        }
        Thread.sleep(POLL);
      }
    }
  }

  private Cost answer(int waiting, Load load, ProcessProbe probe, Report report) throws Exception {
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
    return new Cost(cpu.dividedBy(waiting - left), probe.liveHeapMegabytes());
  }

  private Cost takeIn(int asked, Load load, BenchTopics cluster, ProcessProbe probe, Report report)
      throws Exception {
    int count = Math.min(part, requests - asked);
    long start = System.nanoTime();
    Duration cpu = probe.cpu();
    load.ask(count, 0, i -> warmUp + asked + i);
    cluster.awaitTakenIn(load.requests(), options().timeout());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    cpu = probe.cpu().minus(cpu);

    int firstHit = load.requests();
    load.ask(HITS, HITS_PER_SECOND, this::cached);
    load.awaitAtMostWaiting(asked + count);
    Phase hits = load.phase(firstHit, load.requests());
    Cost cost = new Cost(cpu.dividedBy(count), probe.liveHeapMegabytes());
    report.line(
        "%,d waiting".formatted(asked + count),
        "taken in at %,.0f/s, %s of CPU each, heap %,d MB live, %,d MB resident, hits p50 %s, p99 %s"
            .formatted(
                Report.perSecond(count, took),
                Report.micros(cost.cpu),
                cost.heapMegabytes,
                probe.residentMegabytes(),
                Report.millis(hits.latency(0.5)),
                Report.millis(hits.latency(0.99))));
    return cost;
  }
}
