package dev.explanations.lab.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What scenarios with a steady load let one choose about it. */
final class SteadyOptions {

  /** More than any of them lasts. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  @Option(
      names = "--rate",
      defaultValue = "100",
      description = "Requests per second. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--call",
      defaultValue = "200ms",
      description = "How long a call takes. Default: ${DEFAULT-VALUE}.")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--calm",
      defaultValue = "20s",
      description =
          "How long nothing happens: before, in between and after. Default: ${DEFAULT-VALUE}.")
  private Duration calm = Duration.ZERO;

  int rate() {
    return rate;
  }

  Duration call() {
    return call;
  }

  Duration calm() {
    return calm;
  }

  /** How many requests a load needs room for. */
  int capacity() {
    return Math.toIntExact(rate * LONGEST.toSeconds());
  }

  /** For the title of a run. */
  String shown() {
    return "rate %d/s, call %d ms, calm %d s".formatted(rate, call.toMillis(), calm.toSeconds());
  }

  static void report(Report report, String subject, Phase phase) {
    report.line(
        subject,
        "%,d requests, p50 %s, p99 %s, max %s, longest time without a result %s"
            .formatted(
                phase.requests(),
                Report.millis(phase.latency(0.5)),
                Report.millis(phase.latency(0.99)),
                Report.millis(phase.latency(1)),
                Report.seconds(phase.longestGap())));
  }
}
