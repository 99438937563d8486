package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Terms;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.watch.BreakerState;
import dev.explanations.lab.watch.WorkerWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fallback",
    description = {
      "Requests with onUnavailable: fail while the breaker is open: how soon the fallback?",
      "They are unique; no probe disturbs them."
    })
public final class Fallback extends FailureScenario {

  /** More than the breaker's threshold. */
  private static final int OPENERS = 20;

  private static final Duration OPENING = Duration.ofSeconds(30);

  private static final Terms FALLBACK = new Terms(true, null);

  @Option(names = "--rate", defaultValue = "20", description = "Requests per second.")
  private int rate;

  @Option(names = "--seconds", defaultValue = "30", description = "How long to measure.")
  private int seconds;

  @Option(names = "--warm-up", defaultValue = "5", description = "Seconds at the same rate before.")
  private int warmUp;

  @Override
  public Behaviour behaviour() {
    return Behaviour.of(Reply.Canned.OVERLOADED);
  }

  @Override
  public List<String> parameters() {
    return List.of("rate " + rate + "/s", "seconds " + seconds, "warm-up " + warmUp + " s");
  }

  /** No probe disturbs the measurement. */
  @Override
  public Map<String, String> settings() {
    return Map.of("CIRCUIT_BREAKER_TIMEOUT", "1h");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerWatch watch = rig.watch(rig.start("w1"));
    int before = OPENERS + rate * warmUp;
    int measured = rate * seconds;
    Load load = rig.load(before + measured);
    load.ask(OPENERS, 0, i -> i, FALLBACK);
    if (!watch.awaitBreaker(BreakerState.OPEN, OPENING)) {
      throw new IllegalStateException(
          "the circuit breaker did not open; it is " + watch.latest().breaker());
    }
    load.ask(before - OPENERS, rate, i -> OPENERS + i, FALLBACK);
    load.awaitAll();
    rig.gemini().reset();

    load.ask(measured, rate, i -> before + i, FALLBACK);
    load.awaitAll();

    Phase phase = load.phase(before, before + measured);
    report.answers(load, phase);
    report.line("calls", "%,d".formatted(rig.gemini().calls()));
    report.line(
        "fallback after",
        "p50 %s, p90 %s, p99 %s, max %s"
            .formatted(
                Report.millis(phase.latency(0.5)),
                Report.millis(phase.latency(0.9)),
                Report.millis(phase.latency(0.99)),
                Report.millis(phase.latency(1))));
  }
}
