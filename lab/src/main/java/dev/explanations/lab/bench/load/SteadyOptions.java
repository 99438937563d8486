package dev.explanations.lab.bench.load;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of scenarios with a steady load. */
public final class SteadyOptions {

  /** More than any of them lasts. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  @Option(names = "--rate", defaultValue = "100", description = "Requests per second.")
  private int rate;

  @Option(names = "--call", defaultValue = "200ms", description = "How long a call takes.")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--calm",
      defaultValue = "30s",
      description = "How long nothing happens, before and after.")
  private Duration calm = Duration.ZERO;

  @Option(
      names = "--warm-up",
      defaultValue = "3m",
      description = "How long latencies may take to calm down.")
  private Duration warmUp = Duration.ZERO;

  public int rate() {
    return rate;
  }

  public Duration call() {
    return call;
  }

  public Duration calm() {
    return calm;
  }

  public CalmDown warmUp() {
    return new CalmDown(call, warmUp);
  }

  /** How many requests a load needs room for. */
  public int capacity() {
    return Math.toIntExact(rate * LONGEST.toSeconds());
  }

  /** For the title of a run. */
  public String shown() {
    return "rate %d/s, call %d ms, calm %d s".formatted(rate, call.toMillis(), calm.toSeconds());
  }
}
