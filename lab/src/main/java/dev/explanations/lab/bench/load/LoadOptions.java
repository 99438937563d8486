package dev.explanations.lab.bench.load;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Options about calls, for scenarios that cause some; each has its own defaults. */
public final class LoadOptions {

  @Option(names = "--requests", description = "To measure.")
  private int requests;

  @Option(names = "--call", description = "How long a call takes, such as 500ms.")
  private Duration call;

  @Option(names = "--warm-up", description = "Other requests before the measured ones.")
  private int warmUp;

  public LoadOptions(int requests, Duration call, int warmUp) {
    this.requests = requests;
    this.call = call;
    this.warmUp = warmUp;
  }

  public int requests() {
    return requests;
  }

  public Duration call() {
    return call;
  }

  public int warmUp() {
    return warmUp;
  }

  /** Results per second if every slot always had such a call; infinite when calls take no time. */
  public double ideal(int inFlight) {
    return Report.perSecond(inFlight, call);
  }
}
