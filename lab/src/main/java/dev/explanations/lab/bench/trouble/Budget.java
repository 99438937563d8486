package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BilledCalls;
import dev.explanations.lab.bench.rig.SeveralWorkers;
import dev.explanations.lab.bench.rig.WorkerSpending;
import dev.explanations.lab.bench.rig.WorkerSpending.Day;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "budget",
    description = {
      "Three workers with a budget that ends half-way. One is killed, one is stopped and replaced.",
      "How much is spent, and are the totals those of the simulator?"
    })
public final class Budget extends SeveralWorkers {

  private static final int DOLLARS = 1;

  /** Longer than any other call, so that all that run are caught by the kill. */
  private static final Duration SLOW = Duration.ofSeconds(4);

  /** For calls that are not slow to end, and for their outcomes to be read. */
  private static final Duration CALM = Duration.ofSeconds(2);

  /** Two heartbeats: by then every worker knows what the others have spent. */
  private static final Duration ALL_KNOW = Duration.ofSeconds(10);

  private static final int HEARTBEAT_SECONDS = 5;

  @Option(names = "--requests", defaultValue = "20000")
  private int requests;

  @Option(names = "--call", defaultValue = "200ms", description = "How long a call takes.")
  private Duration call = Duration.ZERO;

  private BilledCalls billed = new BilledCalls();

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(call);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "workers 3",
        "requests " + requests,
        "call " + call.toMillis() + " ms",
        "budget " + DOLLARS + " dollar");
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("BUDGET_USD_PER_DAY", Integer.toString(DOLLARS), "REQUEST_TIMEOUT", "24h");
  }

  @Override
  public int usualInFlight() {
    return 16;
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    billed = new BilledCalls();
    rig.gemini().observe(billed);
    WorkerProcess first = launch(rig, 1, "key-1");
    WorkerProcess second = launch(rig, 2, "key-2");
    WorkerProcess third = launch(rig, 3, "key-3");
    for (WorkerProcess worker : List.of(first, second, third)) {
      worker.awaitReady(options().timeout());
    }
    Load load = rig.load(requests);
    load.ask(requests, 0, i -> i);

    awaitCalls(rig, 800);
    int inFlight = kill(rig, second);
    launch(rig, 2, "key-2-again").awaitReady(options().timeout());
    awaitCalls(rig, 1_600);
    report.line("moved", "exit code " + third.terminate(options().timeout()));
    launch(rig, 4, "key-4").awaitReady(options().timeout());

    try (WorkerSpending spending = new WorkerSpending(first)) {
      atTheLimit(rig, report, load, spending);
      spending.allow(1_000 * DOLLARS);
      load.awaitAll();
      Thread.sleep(ALL_KNOW);
      inTheEnd(report, load, spending.today(), inFlight);
    }
  }

  private static WorkerProcess launch(BenchRig rig, int number, String key) {
    return rig.launch(name(number), "GOOGLE_API_KEY", key, "LEAVE_ON_STOP", "true");
  }

  private void awaitCalls(BenchRig rig, int calls) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + options().timeout().toNanos();
    while (rig.gemini().calls() < calls) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("no more than " + rig.gemini().calls() + " calls");
      }
      Thread.sleep(20);
    }
  }

  /** Kills the worker while all its calls are slow ones; returns their number. */
  private int kill(BenchRig rig, WorkerProcess worker) throws InterruptedException {
    rig.gemini().behave(Behaviour.answer(SLOW));
    Thread.sleep(CALM);
    int running = billed.running("key-2");
    worker.kill();
    billed.died("key-2");
    rig.gemini().behave(behaviour());
    return running;
  }

  private void atTheLimit(BenchRig rig, Report report, Load load, WorkerSpending spending)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + options().timeout().toNanos();
    while (!spending.today().exhausted() && System.nanoTime() < deadline) {
      Thread.sleep(CALM);
    }
    Thread.sleep(ALL_KNOW);
    long calls = rig.gemini().calls();
    int waiting = load.waiting();
    Thread.sleep(ALL_KNOW);
    Day day = spending.today();
    double perSecond = 1e9 * inFlight() / call.toNanos();
    double bound = (3 * inFlight() + 2 * perSecond * HEARTBEAT_SECONDS) * dollars(billed.dearest());
    double over = day.charged().doubleValue() - DOLLARS;
    report.line("at the limit", "%,d calls, %,d requests waiting".formatted(calls, waiting));
    report.verdict(
        waiting > 0 && over >= 0 && over <= bound && rig.gemini().calls() == calls,
        "charged %.4f dollars, %.4f over the budget, allowed %.4f; calls in 10 s %d"
            .formatted(day.charged(), over, bound, rig.gemini().calls() - calls));
  }

  private void inTheEnd(Report report, Load load, Day day, int inFlight) {
    Phase phase = load.phase(0, requests);
    report.answers(load, phase);
    Charge sent = billed.delivered();
    report.line("simulator", "%,d answers, %s".formatted(sent.calls(), tokens(sent)));
    report.line(
        "worker's totals",
        "%,d calls, %,d + %,d tokens, %s dollars, %d unknown"
            .formatted(
                day.calls(), day.promptTokens(), day.outputTokens(), day.cost(), day.unknown()));
    report.line("at the kill", inFlight + " calls in flight");
    boolean equal =
        day.promptTokens() == sent.promptTokens()
            && day.outputTokens() == sent.outputTokens()
            && day.cost().compareTo(sent.cost().dollars()) == 0;
    report.verdict(
        equal && day.unknown() <= inFlight && phase.lost() + phase.doubled() == 0,
        "totals %s, unknown %d of at most %d"
            .formatted(equal ? "equal" : "differ", day.unknown(), inFlight));
  }

  private static String tokens(Charge charge) {
    return "%,d + %,d tokens, %s dollars"
        .formatted(charge.promptTokens(), charge.outputTokens(), charge.cost().dollars());
  }

  private static double dollars(Usd usd) {
    return usd.dollars().doubleValue();
  }
}
