package dev.explanations.lab.soak;

import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Violation;
import dev.explanations.lab.soak.watch.Figures;
import dev.explanations.lab.soak.watch.Vitals;
import java.time.Duration;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Renders a run as a Markdown table, with the violations below it. */
final class SoakReport {

  private static final int MOST_VIOLATIONS = 50;
  private static final int MOST_WARNINGS = 25;
  private static final double MEGABYTE = 1024 * 1024;
  private static final String WHOLE = "%,.0f";

  private final StringBuilder text = new StringBuilder();

  /**
   * Makes the report.
   *
   * @param title of the run, for instance its seed and length
   * @param disks bytes over time, by topic or state
   * @param notes faults that failed or were left out, and oddities of workers
   */
  static String of(
      String title,
      Figures figures,
      List<Violation> violations,
      Vitals vitals,
      Map<String, List<Long>> disks,
      Map<String, Long> warnings,
      List<String> notes) {
    SoakReport report = new SoakReport();
    report.text.append("## ").append(title).append("\n\n| | |\n|---|---|\n");
    report.figures(figures, violations);
    report.vitals(vitals);
    disks.forEach(
        (name, bytes) ->
            report.row(
                name + ": MB on disks, by tenth",
                tenths(bytes, value -> value / MEGABYTE, "%,.1f")));
    report.text.append('\n');
    violations.stream()
        .limit(MOST_VIOLATIONS)
        .forEach(each -> report.item(each.guarantee() + ": " + each.what()));
    figures.unexplainedCalls().stream()
        .limit(MOST_VIOLATIONS)
        .forEach(each -> report.item("repeated: " + each));
    notes.forEach(report::item);
    warnings.entrySet().stream()
        .sorted(Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_WARNINGS)
        .forEach(
            each -> report.item("logged %,d times: %s".formatted(each.getValue(), each.getKey())));
    return report.text.toString();
  }

  private void figures(Figures figures, List<Violation> violations) {
    long lost = figures.unanswered();
    row(
        "requests",
        "%,d, %,d of them not acknowledged".formatted(figures.requests(), figures.refused()));
    row("results", "%,d; without one %,d".formatted(figures.results(), lost));
    row("results by status", counts(figures.answers()));
    row("dead letters", "%,d".formatted(figures.deadLetters()));
    Map<FaultKind, Long> faults = figures.faults();
    long machines =
        faults.entrySet().stream()
            .filter(each -> each.getKey().isOfMachines())
            .mapToLong(Entry::getValue)
            .sum();
    long all = faults.values().stream().mapToLong(Long::longValue).sum();
    row(
        "faults",
        "%,d, of them %,d of processes, brokers, networks, disks".formatted(all, machines));
    row("faults by kind", counts(faults));
    row("faults by name", counts(figures.faultNames()));
    row("orders", counts(figures.orders()));
    row("processes of workers", counts(figures.changes()));
    row("calls", "%,d".formatted(figures.calls()));
    row(
        "repeated calls",
        figures.repeatedCalls().entrySet().stream()
            .map(each -> "%,d: %s".formatted(each.getValue(), each.getKey().words()))
            .collect(Collectors.joining("; ")));
    row("longest silence of a partition", silence(figures.silences()));
    row("violations", violations.isEmpty() ? "none" : counts(byGuarantee(violations)));
  }

  private void vitals(Vitals vitals) {
    vitals.byLife().entrySet().stream()
        .sorted(Comparator.comparingInt(each -> -each.getValue().size()))
        .limit(4)
        .forEach(
            life -> {
              row(
                  life.getKey() + ": heap, MB, lowest by tenth",
                  tenths(life.getValue(), sample -> sample.heap() / MEGABYTE, WHOLE));
              row(
                  life.getKey() + ": threads, lowest by tenth",
                  tenths(life.getValue(), Vitals.Sample::threads, WHOLE));
              row(
                  life.getKey() + ": open files, lowest by tenth",
                  tenths(life.getValue(), Vitals.Sample::files, WHOLE));
            });
  }

  /** Lowest value in each tenth of the samples: for a heap, about what a collection leaves. */
  private static <T> String tenths(List<T> samples, ToDoubleFunction<T> value, String format) {
    StringBuilder values = new StringBuilder();
    int parts = Math.min(10, samples.size());
    for (int i = 0; i < parts; i++) {
      DoubleSummaryStatistics part =
          samples.subList(i * samples.size() / parts, (i + 1) * samples.size() / parts).stream()
              .mapToDouble(value)
              .summaryStatistics();
      values.append(i == 0 ? "" : ", ").append(format.formatted(part.getMin()));
    }
    return values.toString();
  }

  private static Map<String, Long> byGuarantee(List<Violation> violations) {
    return violations.stream()
        .collect(Collectors.groupingBy(Violation::guarantee, Collectors.counting()));
  }

  private static String silence(Map<String, Duration> silences) {
    return silences.entrySet().stream()
        .max(Entry.comparingByValue())
        .map(each -> "%.1f s (%s)".formatted(each.getValue().toMillis() / 1000.0, each.getKey()))
        .orElse("not seen");
  }

  private static String counts(Map<?, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> "%s %,d".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining("; "));
  }

  private void row(String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private void item(String what) {
    text.append("- ").append(what).append('\n');
  }
}
