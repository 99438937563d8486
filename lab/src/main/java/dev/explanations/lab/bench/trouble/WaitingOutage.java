package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Terms;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BenchTopics;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.watch.BreakerState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "waiting-outage",
    description = {
      "Unique requests while the circuit breaker is open: what does it cost to wait?",
      "In the end each has its answer, or is told that its deadline has passed."
    })
public final class WaitingOutage extends FailureScenario {

  /** More than the breaker's threshold. */
  private static final int OPENERS = 20;

  private static final Duration WARM_UP_DEADLINE = Duration.ofSeconds(20);

  @Option(names = "--requests", defaultValue = "200000")
  private int requests;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Published per second; 0 is as fast as the broker takes them.")
  private double rate;

  @Option(
      names = "--period",
      defaultValue = "20s",
      description = "How long to measure the waiting itself.")
  private Duration period = Duration.ZERO;

  @Option(
      names = "--warm-up",
      defaultValue = "60000",
      description = {
        "Other requests that expire before the measured ones come, so that what is measured is no",
        "JVM that still compiles."
      })
  private int warmUp;

  @Option(names = "--kill", description = "SIGKILL and a new start while they wait.")
  private boolean kill;

  @Option(
      names = "--deadline",
      description = {
        "Gemini stays away, and each request expires that long after it was published.",
        "Should be more than the time to take them all in."
      })
  private @Nullable Duration deadline;

  @Override
  public Behaviour behaviour() {
    return Behaviour.of(Reply.Canned.OVERLOADED);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests + (rate == 0 ? "" : " at %,.0f/s".formatted(rate)),
        "warm-up " + warmUp,
        deadline == null ? "answered in the end" : "deadline " + deadline.toSeconds() + " s",
        kill ? "SIGKILL while they wait" : "no kill");
  }

  @Override
  public String heap() {
    return "512m";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "CIRCUIT_BREAKER_TIMEOUT", "5s",
        "REQUEST_TIMEOUT", "24h",
        "RETRY_MAX_ATTEMPTS", "1000",
        "MAX_PENDING", Integer.toString(2 * (warmUp + requests)));
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(OPENERS + warmUp + requests);
    BenchTopics cluster = rig.cluster();
    load.ask(OPENERS, 0, i -> i, Terms.within(WARM_UP_DEADLINE));
    boolean opened = rig.watch(worker).awaitBreaker(BreakerState.OPEN, Duration.ofSeconds(30));
    report.line("breaker", opened ? "open" : "not seen open");

    load.ask(warmUp, 0, i -> OPENERS + i, Terms.within(WARM_UP_DEADLINE));
    load.awaitAll();

    int first = load.requests();
    long start = System.nanoTime();
    load.ask(
        requests, rate, i -> first + i, deadline == null ? Terms.USUAL : Terms.within(deadline));
    cluster.awaitTakenIn(load.requests(), options().timeout());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.line("taken in", "at %,.0f/s".formatted(Report.perSecond(requests, took)));
    costOfWaiting(new ProcessProbe(worker), rig, load, report);
    if (kill) {
      worker = killAndRestart(worker, rig, load, cluster, report);
    }
    end(rig, load, first, report);
    ProcessProbe probe = new ProcessProbe(worker);
    report.line("after", probe.memory());
  }

  private void costOfWaiting(ProcessProbe probe, BenchRig rig, Load load, Report report)
      throws Exception {
    report.line("%,d waiting".formatted(load.waiting()), probe.memory());
    long calls = rig.gemini().calls();
    Duration cpu = probe.cpu();
    Thread.sleep(period);
    report.line(
        "waiting for %d s".formatted(period.toSeconds()),
        "%.4f of a core, %d calls"
            .formatted(
                probe.cpu().minus(cpu).toNanos() / (double) period.toNanos(),
                rig.gemini().calls() - calls));
  }

  private WorkerProcess killAndRestart(
      WorkerProcess old, BenchRig rig, Load load, BenchTopics cluster, Report report)
      throws Exception {
    old.kill();
    long start = System.nanoTime();
    WorkerProcess worker = rig.start("w1");
    report.line("killed", "ready again after %s".formatted(Report.since(start)));
    cluster.awaitTakenIn(load.requests(), options().timeout());
    return worker;
  }

  private void end(BenchRig rig, Load load, int first, Report report) throws InterruptedException {
    long back = System.nanoTime();
    if (deadline == null) {
      rig.gemini().behave(Behaviour.answer(Duration.ZERO));
    }
    load.awaitAll();
    Phase phase = load.phase(first, load.requests());
    report.answers(load, phase);
    if (deadline == null) {
      report.line(
          "Gemini answers again",
          "first result after %s, all after %s, 10th to 90th percent at %,.0f/s"
              .formatted(
                  Report.seconds(phase.firstAfter(back)), Report.since(back), phase.steadyRate()));
    } else {
      report.rate("10th to 90th percent", phase.steadyRate(), Double.POSITIVE_INFINITY);
      report.line(
          "after its deadline",
          "p50 %s, p99 %s, max %s, min %s"
              .formatted(late(phase, 0.5), late(phase, 0.99), late(phase, 1), late(phase, 0)));
    }
  }

  private String late(Phase phase, double share) {
    return Report.millis(phase.latency(share).minus(deadline == null ? Duration.ZERO : deadline));
  }
}
