package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.JvmWarmUp;
import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.LoadOptions;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.lab.redis.RedisTrouble;
import dev.explanations.lab.redis.RedisTroubles;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "redis-outage",
    description = {
      "Redis is of no use for a while: what do misses pay, and when is it used again?",
      "A backlog of unique requests, worked off by a warm worker: as many results are measured",
      "before the trouble, during it and after it. Each kind has a worker and a Redis of its own."
    })
public final class RedisOutage extends FailureScenario {

  /** Requests that are left when the last phase ends, so that it does not run dry. */
  private static final int REST = 500;

  @Mixin private LoadOptions asked = new LoadOptions(5_000, Duration.ofMillis(200), 3_000);

  @Option(
      names = "--trouble",
      split = ",",
      description = {
        "KILLED, SILENT (takes connections and never answers), GARBAGE (something else answers),",
        "PASSWORD (wants another one), OOM (no memory), LOADING; or several, separated by commas."
      })
  private List<RedisTrouble> troubles = List.of(RedisTrouble.values());

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(asked.call());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests 3 x " + asked.requests(),
        "call " + asked.call().toMillis() + " ms",
        "warm-up " + asked.warmUp() + " to " + longestWarmUp());
  }

  private int longestWarmUp() {
    return 2 * asked.warmUp();
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    int each = longestWarmUp() + 3 * asked.requests() + REST;
    for (int i = 0; i < troubles.size(); i++) {
      RedisTrouble trouble = troubles.get(i);
      int firstSubject = i * each;
      report.line(trouble.name(), "");
      EmbeddedRedis redis = rig.unusedRedis("--requirepass", RedisTroubles.PASSWORD);
      try (RedisTroubles troubled = new RedisTroubles(redis);
          WorkerProcess worker = start(rig, troubled.port(trouble));
          Load load = rig.load(each)) {
        rig.gemini().reset();
        load.ask(each, 0, number -> firstSubject + number);
        new JvmWarmUp(asked.warmUp(), longestWarmUp()).run(load, report);
        new RedisRun(troubled, trouble, worker, load, asked.requests()).measure(report);
        Statistics calls = rig.gemini().statistics();
        report.line("calls", "%,d, repeated %d".formatted(calls.calls(), calls.repeatedCalls()));
        worker.terminate(options().timeout());
      }
    }
  }

  private WorkerProcess start(BenchRig rig, int redisPort) {
    WorkerProcess worker =
        rig.launch(
            "w1",
            "REDIS_ENABLED",
            "true",
            "REDIS_HOST",
            "127.0.0.1",
            "REDIS_PORT",
            Integer.toString(redisPort),
            "REDIS_PASSWORD",
            RedisTroubles.PASSWORD);
    worker.awaitReady(options().timeout());
    return worker;
  }
}
