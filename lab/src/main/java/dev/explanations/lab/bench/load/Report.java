package dev.explanations.lab.bench.load;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints a run: a title with all parameters, then a line per figure as soon as it is known. Keeps
 * the lines.
 */
public final class Report {

  private final PrintWriter out;
  private final List<Line> lines = new ArrayList<>();

  /** As it was printed. */
  public record Line(String subject, String figures) {}

  public Report(PrintWriter out) {
    this.out = out;
  }

  public void title(
      String scenario, List<String> parameters, List<String> worker, List<String> jvmArguments) {
    List<String> all = new ArrayList<>(parameters);
    all.addAll(worker);
    all.addAll(jvmArguments);
    all.add(Runtime.getRuntime().availableProcessors() + " cores for everything");
    heading(scenario + ": " + String.join(", ", all));
  }

  /** A line with an empty one before it. */
  public void heading(String text) {
    out.println();
    out.println(text);
    out.flush();
  }

  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** One line. */
  public void line(String subject, String figures) {
    lines.add(new Line(subject, figures));
    out.printf("  %-22s%s%n", subject, figures);
    out.flush();
  }

  /** The figures that every load has, and whether it was answered as it should be. */
  public void answers(Load load, Phase phase) {
    line(
        "requests",
        "%,d, results %,d, lost %d, doubled %d"
            .formatted(phase.requests(), phase.results(), phase.lost(), phase.doubled()));
    line("results by status", load.byStatus().toString());
    line("results by source", load.bySource().toString());
  }

  /** What came of a phase of steady requests. */
  public void latencies(String subject, Phase phase) {
    line(
        subject,
        "%,d requests, lost %d, doubled %d, p50 %s, p99 %s, max %s, longest time without a result %s"
            .formatted(
                phase.requests(),
                phase.lost(),
                phase.doubled(),
                millis(phase.latency(0.5)),
                millis(phase.latency(0.99)),
                millis(phase.latency(1)),
                seconds(phase.longestGap())));
  }

  /**
   * Results per second.
   *
   * @param ideal results per second; infinite when there is no such limit
   */
  public void rate(String subject, double rate, double ideal) {
    line(
        subject,
        "%,.1f/s%s"
            .formatted(
                rate,
                Double.isFinite(ideal)
                    ? ", %.3f of the ideal %,.1f/s".formatted(rate / ideal, ideal)
                    : ""));
  }

  /** Whether what was asked for is so, and what it is. */
  public void verdict(boolean met, String figures) {
    line("verdict", (met ? "met: " : "NOT MET: ") + figures);
  }

  /** CPU time of the worker for that phase. */
  public void cpu(Duration cpu, Phase phase) {
    line(
        "worker's CPU",
        "%.3f ms per result, %.2f of a core"
            .formatted(
                cpu.toNanos() / 1e6 / phase.results(),
                cpu.toNanos() / (double) phase.whole().toNanos()));
  }

  public static String seconds(Duration duration) {
    return "%.2f s".formatted(duration.toNanos() / 1e9);
  }

  /** From that moment until now. */
  public static String since(long nanos) {
    return seconds(Duration.ofNanos(System.nanoTime() - nanos));
  }

  public static String millis(Duration duration) {
    return "%.1f ms".formatted(duration.toNanos() / 1e6);
  }

  public static String micros(Duration duration) {
    return "%,d us".formatted(duration.toNanos() / 1_000);
  }

  public static double perSecond(double count, Duration duration) {
    return count / (duration.toNanos() / 1e9);
  }
}
