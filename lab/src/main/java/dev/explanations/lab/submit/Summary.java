package dev.explanations.lab.submit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run in a few lines for people. */
public final class Summary {

  private Summary() {}

  /** Lines of the summary, one per subject; subjects without a count are left out. */
  public static List<String> lines(Ledger ledger, Duration took) {
    Tally tally = ledger.tally();
    Latencies latencies = ledger.latencies();
    List<String> lines = new ArrayList<>();
    lines.add("%-12s%,d in %s".formatted("requests", tally.requests(), seconds(took)));
    lines.add("%-12s%,d%s".formatted("results", tally.results(), detail(tally.byStatus())));
    lines.add("%-12s%s".formatted("sources", list(tally.bySource())));
    if (!tally.byError().isEmpty()) {
      lines.add("%-12s%s".formatted("errors", list(tally.byError())));
    }
    lines.add(
        "%-12sp50 %s, p99 %s"
            .formatted(
                "latency", seconds(latencies.quantile(0.5)), seconds(latencies.quantile(0.99))));
    return lines;
  }

  private static String detail(Map<String, Long> counts) {
    return counts.isEmpty() ? "" : " (" + list(counts) + ")";
  }

  private static String list(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static String seconds(Duration duration) {
    return "%.2f s".formatted(duration.toNanos() / 1e9);
  }
}
