package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Stages;
import dev.explanations.lab.bench.load.SteadyLoad;
import dev.explanations.lab.bench.load.Terms;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.ProcessProbe;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.statistics.CallTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hot-key",
    description = {
      "Many requests with one question wait for one call: how soon are all answered, or expired?",
      "Other questions are asked meanwhile. By default all are in one partition."
    })
public final class HotKey extends Scenario {

  private static final int WARM_UP_SUBJECT = 1_000_000_000;
  private static final int SUBJECT = 1_000_000_001;
  private static final int ATTEMPTS = 3;

  /** Of {@link Reply.Canned#OVERLOADED}. */
  private static final int UNAVAILABLE = 503;

  /** More than it takes to expire, or to be answered; for others that are asked meanwhile. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private enum Expiry {
    SPREAD,
    TOGETHER
  }

  @Option(names = "--requests", defaultValue = "100000", description = "With the one question.")
  private int requests;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Published per second; 0 is as fast as the broker takes them.")
  private double rate;

  @Option(
      names = "--fail",
      description = "The call fails, and each that follows, until attempts are used up.")
  private boolean fail;

  @Option(
      names = "--expire",
      description = {
        "The call never ends, and the requests expire: SPREAD, each so long after it was asked, or",
        "TOGETHER, all at once."
      })
  private @Nullable Expiry expiry;

  @Option(
      names = "--deadline",
      defaultValue = "40s",
      description = {
        "Time to the deadline, from when a request is asked, or the first. Should be more than the",
        "time to take them all in."
      })
  private Duration deadline = Duration.ZERO;

  @Option(
      names = "--others",
      defaultValue = "20",
      description = "Other questions per second, whose calls take no time.")
  private int others;

  @Option(
      names = "--calm",
      defaultValue = "5s",
      description = "How long others are asked before the call ends.")
  private Duration calm = Duration.ZERO;

  @Option(
      names = "--warm-up",
      defaultValue = "20000",
      description = "Requests with another question, answered before.")
  private int warmUp;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ZERO);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests + (rate == 0 ? "" : " at %,.0f/s".formatted(rate)),
        expiry == null
            ? (fail ? "the calls fail" : "the call succeeds")
            : "expire " + expiry + " after " + deadline.toSeconds() + " s",
        "others " + others + "/s",
        "warm-up " + warmUp);
  }

  @Override
  public int usualPartitions() {
    return 1;
  }

  @Override
  public String heap() {
    return "512m";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "GEMINI_TIMEOUT", "1h",
        "REQUEST_TIMEOUT", "24h",
        "CIRCUIT_BREAKER_ENABLED", "false",
        "RETRY_MAX_ATTEMPTS", Integer.toString(ATTEMPTS),
        "MAX_PENDING", Integer.toString(2 * (warmUp + requests)));
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    ProcessProbe probe = new ProcessProbe(worker);
    Map<String, Integer> attempts = new ConcurrentHashMap<>();
    Load load =
        rig.load(
            warmUp + requests + Math.toIntExact(others * LONGEST.toSeconds()),
            (result, body) ->
                attempts.merge(result.status() + " " + result.attempts(), 1, Integer::sum));
    warmUp(rig, load);
    attempts.clear();
    rig.gemini().reset();

    CompletableFuture<?> release = hold(rig, SUBJECT, fail);
    int first = load.requests();
    long start = System.nanoTime();
    load.ask(requests, rate, i -> SUBJECT, terms());
    rig.cluster().awaitTakenIn(load.requests(), options().timeout());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.line(
        "taken in",
        "at %,.0f/s, heap %,d MB live, %,d waiting"
            .formatted(
                Report.perSecond(requests, took), probe.liveHeapMegabytes(), load.waiting()));

    Duration cpu = probe.cpu();
    Stages stages;
    long outcome;
    try (SteadyLoad asking = SteadyLoad.start(load, others)) {
      stages = new Stages(load, asking);
      stages.begin("others before");
      stages.goOnFor(expiry == null ? calm : left(start + deadline.toNanos()));
      stages.begin("others meanwhile");
      outcome = System.nanoTime();
      if (expiry == null) {
        release.complete(null);
      }
      load.awaitAnswered(first, first + requests);
      stages.end();
    }
    cpu = probe.cpu().minus(cpu);
    load.awaitAll();
    Phase hot = load.phase(first, first + requests);
    report.answers(load, hot);
    report.line("status and attempts", new TreeMap<>(attempts).toString());
    report.line(
        "calls for the key",
        "%d".formatted(rig.gemini().statistics().callsContaining(text(SUBJECT))));
    if (expiry == null) {
      answered(hot, outcome, rig.gemini().latestCalls(), report);
    } else {
      expired(hot, start, report);
    }
    stages.report(report);
    report.line("worker's CPU", "%s of CPU each".formatted(Report.micros(cpu.dividedBy(requests))));
  }

  /** The same with another key: a JVM that has compiled it. */
  private void warmUp(BenchRig rig, Load load) throws Exception {
    CompletableFuture<?> release = hold(rig, WARM_UP_SUBJECT, false);
    load.ask(warmUp, 0, i -> WARM_UP_SUBJECT);
    rig.cluster().awaitTakenIn(load.requests(), options().timeout());
    release.complete(null);
    load.awaitAll();
  }

  /** Returns what lets the calls for that subject go on. */
  private static CompletableFuture<?> hold(BenchRig rig, int subject, boolean fail) {
    CompletableFuture<?> release = new CompletableFuture<>();
    Reply reply = fail ? Reply.Canned.OVERLOADED : new Reply.Answer();
    rig.gemini().behaveWhen(text(subject), Behaviour.of(reply).heldUntil(release));
    return release;
  }

  private static String text(int subject) {
    return "Subject " + subject;
  }

  private Terms terms() {
    if (expiry == null) {
      return Terms.USUAL;
    }
    return switch (expiry) {
      case SPREAD -> Terms.within(deadline);
      case TOGETHER -> Terms.until(Instant.now().plus(deadline));
    };
  }

  private static Duration left(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  private void answered(Phase hot, long released, List<CallTime> calls, Report report) {
    long outcome =
        calls.stream()
            .filter(call -> call.status() == UNAVAILABLE)
            .mapToLong(CallTime::repliedNanos)
            .max()
            .orElse(released);
    report.line(
        "after the last outcome",
        "first result %s, last %s"
            .formatted(
                Report.seconds(hot.firstAfter(outcome)), Report.seconds(hot.lastAfter(outcome))));
  }

  private void expired(Phase hot, long start, Report report) {
    long deadlineOfAll = start + deadline.toNanos();
    report.line(
        "after the deadline",
        expiry == Expiry.TOGETHER
            ? "first %s, last %s"
                .formatted(
                    Report.seconds(hot.firstAfter(deadlineOfAll)),
                    Report.seconds(hot.lastAfter(deadlineOfAll)))
            : "p50 %s, p99 %s, max %s"
                .formatted(
                    Report.seconds(hot.latency(0.5).minus(deadline)),
                    Report.seconds(hot.latency(0.99).minus(deadline)),
                    Report.seconds(hot.latency(1).minus(deadline))));
  }
}
