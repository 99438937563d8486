package dev.explanations.lab.bench;

import picocli.CommandLine.Command;

/** The scenarios by name. */
@Command(
    name = "bench",
    description = {
      "Measures a worker in its own process, with broker, simulator and load in this one.",
      "They share the machine's cores: compare figures of one machine only."
    },
    mixinStandardHelpOptions = true,
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
      Malformed.class,
      Hostile.class,
      Fuzz.class,
      WrongTokens.class,
      Endpoints.class,
      Idle.class,
      Footprint.class
    })
public final class BenchCommand {}
