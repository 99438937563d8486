package dev.explanations.lab.bench;

import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "redis-outage",
    description = {
      "Redis is killed when a third is answered, and back when two thirds are: what do misses pay?",
      "Unique requests, published at once."
    },
    mixinStandardHelpOptions = true)
final class RedisOutage extends Scenario {

  private static final Duration LOOK = Duration.ofMillis(20);

  @Mixin private LoadOptions asked = new LoadOptions(5_000, Duration.ofMillis(100), 1_000);

  @Override
  Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  List<String> parameters() {
    return List.of(
        "requests " + asked.requests(),
        "call " + asked.call().toMillis() + " ms",
        "warm-up " + asked.warmUp());
  }

  @Override
  int usualInFlight() {
    return 64;
  }

  @Override
  void measure(BenchRig rig, Report report) throws Exception {
    EmbeddedRedis redis = rig.redis();
    rig.start("w1");
    Load load = rig.load(asked.warmUp() + asked.requests());
    load.ask(asked.warmUp(), 0, i -> i);
    load.awaitAll();
    rig.gemini().reset();

    load.ask(asked.requests(), 0, i -> asked.warmUp() + i);
    load.awaitAtMostWaiting(asked.requests() / 3 * 2);
    long kept = redis.entries();
    int killedAt = asked.requests() - load.waiting();
    redis.kill();
    load.awaitAtMostWaiting(asked.requests() / 3);
    int backAt = asked.requests() - load.waiting();
    redis.start();
    Duration unused = untilUsed(redis);
    load.awaitAll();

    Statistics calls = rig.gemini().statistics();
    Phase phase = load.phase(asked.warmUp(), load.requests());
    report.answers(load, phase);
    report.line("calls", "%,d, repeated %d".formatted(calls.calls(), calls.repeatedCalls()));
    report.line("kept in Redis before", "%,d".formatted(kept));
    // neither where it starts nor where it runs dry
    double before = phase.rate(asked.requests() / 20, killedAt);
    double during = phase.rate(killedAt, backAt);
    report.rate("before", before, asked.ideal(inFlight()));
    report.rate("without Redis", during, asked.ideal(inFlight()));
    report.line("of that before", "%.3f".formatted(during / before));
    report.rate("after", phase.rate(backAt, asked.requests() / 20 * 19), asked.ideal(inFlight()));
    report.line("longest without result", Report.millis(phase.longestGap()));
    report.line("used again after", Report.seconds(unused));
  }

  private Duration untilUsed(EmbeddedRedis redis) throws Exception {
    long start = System.nanoTime();
    while (redis.entries() == 0 && System.nanoTime() - start < options().timeout().toNanos()) {
      Thread.sleep(LOOK);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
