package dev.explanations.lab.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Report.Line;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private final Comparison comparison = new Comparison();

  @Test
  void median_isTheMiddle_orBetweenTheTwoInTheMiddle() {
    assertThat(Comparison.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(Comparison.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
  }

  @Test
  void report_hasMediansOfEachBuild_andTheMedianOfThePairsRatios() {
    pair(rate("1,000.0"), rate("2,000.0"));
    pair(rate("1,200.0"), rate("3,000.0"));
    pair(rate("500.0"), rate("1,500.0"));

    assertThat(figures())
        .containsExactly(
            "before  1,000.0/s of 8",
            "after   2,000.0/s of 8",
            "ratio   2.500 (2.000 to 3.000), =");
  }

  @Test
  void report_takesNoDigitsOfWordsForNumbers() {
    pair(new Line("latency", "p50 30.5 ms, -1 left"), new Line("latency", "p50 15.25 ms, -1 left"));

    assertThat(figures())
        .containsExactly(
            "before  p50 30.5 ms, -1 left",
            "after   p50 15.3 ms, -1 left",
            "ratio   0.500 (0.500 to 0.500), =");
  }

  @Test
  void report_leavesOutLines_thatNotEveryRunHas() {
    pair(new Line("warnings", "{A=1}"), new Line("warnings", "{B=1}"));

    assertThat(figures()).isEmpty();
  }

  @Test
  void report_tellsLinesWithTheSameWordsApart_byTheirOrder() {
    comparison.add(
        List.of(new Line("x", "1 s"), new Line("x", "2 s")),
        List.of(new Line("x", "3 s"), new Line("x", "8 s")));

    assertThat(figures())
        .contains("ratio   3.000 (3.000 to 3.000)", "ratio   4.000 (4.000 to 4.000)");
  }

  @Test
  void report_hasNoRatioToZero() {
    pair(new Line("lost", "0"), new Line("lost", "2"));

    assertThat(figures()).last().isEqualTo("ratio   -");
  }

  private void pair(Line before, Line after) {
    comparison.add(List.of(before), List.of(after));
  }

  private List<String> figures() {
    Report report = new Report(new PrintWriter(new StringWriter()));
    comparison.report(report);
    return report.lines().stream().map(Line::figures).toList();
  }

  private static Line rate(String perSecond) {
    return new Line("whole run", perSecond + "/s of 8");
  }
}
