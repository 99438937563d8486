package dev.explanations.lab.bench;

import dev.explanations.lab.bench.hostile.Fuzz;
import dev.explanations.lab.bench.hostile.Hostile;
import dev.explanations.lab.bench.hostile.Malformed;
import dev.explanations.lab.bench.hostile.WrongTokens;
import dev.explanations.lab.bench.speed.AddedLatency;
import dev.explanations.lab.bench.speed.Burst;
import dev.explanations.lab.bench.speed.CacheTiers;
import dev.explanations.lab.bench.speed.Endpoints;
import dev.explanations.lab.bench.speed.Footprint;
import dev.explanations.lab.bench.speed.Hits;
import dev.explanations.lab.bench.speed.HotKey;
import dev.explanations.lab.bench.speed.Idle;
import dev.explanations.lab.bench.speed.Throughput;
import dev.explanations.lab.bench.speed.Waiting;
import dev.explanations.lab.bench.speed.Workers;
import dev.explanations.lab.bench.trouble.Budget;
import dev.explanations.lab.bench.trouble.Fallback;
import dev.explanations.lab.bench.trouble.Kill;
import dev.explanations.lab.bench.trouble.Outage;
import dev.explanations.lab.bench.trouble.RedisOutage;
import dev.explanations.lab.bench.trouble.Rolling;
import dev.explanations.lab.bench.trouble.Scale;
import dev.explanations.lab.bench.trouble.Throttle;
import dev.explanations.lab.bench.trouble.WaitingOutage;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The scenarios by name. */
@Command(
    name = "bench",
    description = {
      "Measures a worker in its own process, with broker, simulator and load in this one.",
      "They share the machine's cores: compare figures of one machine only."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      Throughput.class,
      Burst.class,
      Kill.class,
      Rolling.class,
      Scale.class,
      Workers.class,
      AddedLatency.class,
      Hits.class,
      HotKey.class,
      CacheTiers.class,
      Waiting.class,
      Outage.class,
      WaitingOutage.class,
      RedisOutage.class,
      Throttle.class,
      Fallback.class,
      Budget.class,
      Malformed.class,
      Hostile.class,
      Fuzz.class,
      WrongTokens.class,
      Endpoints.class,
      Idle.class,
      Footprint.class
    })
public final class BenchCommand {}
