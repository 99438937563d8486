package dev.explanations.lab.soak;

import dev.explanations.lab.faults.FaultPlan;
import dev.explanations.lab.faults.FaultRunner;
import dev.explanations.lab.faults.FaultTally;
import dev.explanations.lab.faults.Scope;
import dev.explanations.lab.faults.target.Fleet;
import dev.explanations.lab.guarantees.Violation;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.guarantees.promise.Guarantees;
import dev.explanations.lab.redis.RedisTroubles;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.soak.traffic.RequestDraw;
import dev.explanations.lab.soak.traffic.RequestPublisher;
import dev.explanations.lab.soak.traffic.Traffic;
import dev.explanations.lab.soak.watch.CacheReader;
import dev.explanations.lab.soak.watch.Figures;
import dev.explanations.lab.soak.watch.FleetReader;
import dev.explanations.lab.soak.watch.OutputWatch;
import dev.explanations.lab.soak.watch.ProgressWatch;
import dev.explanations.lab.soak.watch.RepeatedCalls;
import dev.explanations.lab.soak.watch.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a soak: load and faults, then rest, then the judgement. Used by one thread. */
final class SoakRun {

  private static final Behaviour OVERLOADED = Behaviour.of(Reply.Canned.OVERLOADED);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  /** How long to watch for second results once each request has its first. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** Result of a run. */
  record Outcome(String report, List<Violation> violations, Figures figures) {}

  private final SoakOptions options;
  private final Consumer<String> progress;
  private final Vitals vitals = new Vitals();
  private final Figures figures =
      new Figures(
          new RepeatedCalls(
              SoakSettings.CACHE_TTL.minusSeconds(1), SoakSettings.CALL_TIMEOUT.minusMillis(100)));
  private final Witness witness =
      new Witness(
          Guarantees.all(
              SoakSettings.limits(),
              List.of(SoakSettings.CONTROL_TOKEN, SoakSettings.KEY_SECRET, RedisTroubles.PASSWORD)),
          figures);

  /**
   * @param progress receives a line every ten seconds while there is load
   */
  SoakRun(SoakOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  Outcome run() throws Exception {
    try (SoakRig rig = new SoakRig(options.workerNames(), witness)) {
      String servers = rig.bootstrapServers();
      OutputWatch outputs =
          rig.add(
              OutputWatch.start(servers, SoakSettings.RESULTS, SoakSettings.DEAD_LETTERS, witness));
      FleetReader reader = rig.add(new FleetReader(rig::ports, witness, vitals));
      FaultRunner faults = rig.add(new FaultRunner(plan(rig), rig.field(), witness));
      faults.start();
      try (ProgressWatch _ =
          new ProgressWatch(
              servers,
              SoakSettings.APPLICATION,
              Set.of(SoakSettings.REQUESTS, SoakSettings.ACCEPTED),
              witness)) {
        ask(rig.gemini(), servers, outputs);
      }
      faults.await();
      awaitResults(outputs);
      Thread.sleep(SETTLE.plus(options.idle()));
      outputs.check();
      reader.close();
      CacheReader.read(
          servers, SoakSettings.APPLICATION, rig.redisPort(), RedisTroubles.PASSWORD, witness);
      return outcome(rig, faults.tally());
    }
  }

  private FaultPlan plan(SoakRig rig) throws IOException, InterruptedException {
    return FaultPlan.of(
        options.seed,
        options.busy(),
        new Scope(
            options.workerNames(),
            RequestDraw.topics(),
            SoakSettings.MODELS,
            rig.field().disk().isPossible()));
  }

  private void ask(GeminiSimulator gemini, String servers, OutputWatch outputs)
      throws InterruptedException {
    RequestDraw asks = new RequestDraw(new Random(options.seed), options.seed);
    try (RequestPublisher requests =
        new RequestPublisher(servers, SoakSettings.REQUESTS, witness)) {
      Traffic traffic =
          new Traffic(
              requests,
              asks,
              calls -> gemini.behaveWhen(asks.hotQuestion(), calls, OVERLOADED),
              options.rate,
              options.overload);
      Thread load = Thread.ofPlatform().name("traffic").start(() -> traffic.run(options.busy()));
      try {
        while (!load.join(STEP)) {
          outputs.check();
          progress.accept(soFar());
        }
      } finally {
        traffic.stop();
        load.join();
      }
    }
  }

  private String soFar() {
    return "%,d requests, %,d waiting, %,d calls, %d faults, violations %s"
        .formatted(
            figures.requests(),
            figures.unanswered(),
            figures.calls(),
            figures.faults().values().stream().mapToLong(Long::longValue).sum(),
            witness.soFar().stream()
                .collect(Collectors.groupingBy(Violation::guarantee, Collectors.counting())));
  }

  private void awaitResults(OutputWatch outputs) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (figures.unanswered() > 0 && System.nanoTime() < deadline) {
      outputs.check();
      Thread.sleep(POLL);
    }
  }

  private Outcome outcome(SoakRig rig, FaultTally faults) {
    List<Violation> violations = witness.judge();
    String title =
        "Seed %d, %.1f minutes, %.1f of rest"
            .formatted(options.seed, options.minutes, options.idleMinutes);
    String report =
        SoakReport.of(
            title,
            figures,
            violations,
            vitals,
            rig.disks().bytes(),
            rig.logs().warnings(),
            notes(faults, rig.field().fleet()));
    return new Outcome(report, violations, figures);
  }

  private static List<String> notes(FaultTally faults, Fleet fleet) {
    List<String> notes = new ArrayList<>();
    faults.failures().forEach(each -> notes.add("fault not made or not ended: " + each));
    faults.skipped().forEach(each -> notes.add("fault left out: " + each));
    notes.addAll(fleet.oddities());
    return notes;
  }
}
