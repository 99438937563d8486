package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.load.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares two builds by pairs of runs: of each number in a line the median of either build, and
 * the median of the pairs' ratios. Lines are the same if their words are; those that not every run
 * has are left out. Used by one thread.
 */
public final class Comparison {

  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])-?\\d(?:[\\d,]*\\d)?(?:\\.\\d+)?(?!\\w)");

  private final List<Pair> pairs = new ArrayList<>();

  /** The lines of either run, by subject, words and how often they had come before. */
  private record Pair(Map<String, Report.Line> before, Map<String, Report.Line> after) {
    boolean has(String key) {
      return before.containsKey(key) && after.containsKey(key);
    }
  }

  /** Adds two runs, one after the other in whichever order. */
  public void add(List<Report.Line> before, List<Report.Line> after) {
    pairs.add(new Pair(byKey(before), byKey(after)));
  }

  private static Map<String, Report.Line> byKey(List<Report.Line> lines) {
    Map<String, Report.Line> byKey = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Report.Line line : lines) {
      String words = line.subject() + '\n' + NUMBER.matcher(line.figures()).replaceAll("#");
      if (words.contains("#")) {
        byKey.put(words + '\n' + seen.merge(words, 1, Integer::sum), line);
      }
    }
    return byKey;
  }

  /** For each line three: before, after, and the ratios of after to before. */
  public void report(Report report) {
    if (pairs.isEmpty()) {
      return;
    }
    pairs
        .getFirst()
        .before
        .forEach(
            (key, line) -> {
              if (pairs.stream().allMatch(pair -> pair.has(key))) {
                List<double[]> before = pairs.stream().map(it -> numbers(it.before, key)).toList();
                List<double[]> after = pairs.stream().map(it -> numbers(it.after, key)).toList();
                report.line(line.subject(), "before  " + medians(line.figures(), before));
                report.line("", "after   " + medians(line.figures(), after));
                report.line("", "ratio   " + ratios(before, after));
              }
            });
  }

  private static double[] numbers(Map<String, Report.Line> lines, String key) {
    Report.Line line = lines.get(key);
    return line == null
        ? new double[0]
        : NUMBER
            .matcher(line.figures())
            .results()
            .mapToDouble(number -> Double.parseDouble(number.group().replace(",", "")))
            .toArray();
  }

  /** The line with medians in the place of its numbers, and as many decimals. */
  private static String medians(String figures, List<double[]> runs) {
    Matcher number = NUMBER.matcher(figures);
    StringBuilder line = new StringBuilder();
    for (int i = 0; number.find(); i++) {
      int place = i;
      int point = number.group().indexOf('.');
      int decimals = point < 0 ? 0 : number.group().length() - point - 1;
      double median = median(runs.stream().mapToDouble(run -> run[place]).toArray());
      number.appendReplacement(line, ("%,." + decimals + "f").formatted(median));
    }
    return number.appendTail(line).toString();
  }

  private static String ratios(List<double[]> before, List<double[]> after) {
    IntFunction<String> ratio =
        place ->
            ratio(
                before.stream().mapToDouble(run -> run[place]).toArray(),
                after.stream().mapToDouble(run -> run[place]).toArray());
    return IntStream.range(0, before.getFirst().length)
        .mapToObj(ratio)
        .collect(Collectors.joining(", "));
  }

  private static String ratio(double[] before, double[] after) {
    if (Arrays.equals(before, after)) {
      return "=";
    }
    double[] ratios =
        IntStream.range(0, before.length).mapToDouble(i -> after[i] / before[i]).sorted().toArray();
    return Double.isFinite(ratios[ratios.length - 1])
        ? "%.3f (%.3f to %.3f)".formatted(median(ratios), ratios[0], ratios[ratios.length - 1])
        : "-";
  }

  /** Of an even number of values, the mean of the two in the middle. */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
