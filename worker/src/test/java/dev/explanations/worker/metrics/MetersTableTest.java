package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.settings.Settings;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the table in docs/metrics.md as the meters are. */
class MetersTableTest {
  private static final String BEGIN = "<!-- meters:begin -->\n";
  private static final String END = "<!-- meters:end -->";

  /** Relative to the module, where Maven runs tests. */
  private static final Path DOCS = Path.of("..", "docs", "metrics.md");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters =
      new Meters(registry, new FixedGauges(), TestMetrics.FACTS, TestMetrics.CLOCK);

  private String table() {
    NamingConvention naming = registry.config().namingConvention();
    TreeMap<String, String> rows = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      String tags =
          id.getTags().stream()
              .map(Tag::getKey)
              .map("`%s`"::formatted)
              .collect(Collectors.joining(", "));
      rows.put(
          naming.name(id.getName(), id.getType(), id.getBaseUnit())
              + (id.getType() == Meter.Type.COUNTER ? "_total" : ""),
          "%s | %s | %s | %s"
              .formatted(
                  id.getType().name().toLowerCase(Locale.ROOT),
                  id.getBaseUnit() == null ? "" : id.getBaseUnit(),
                  tags,
                  id.getDescription()));
    }
    return rows.entrySet().stream()
        .map(row -> "| `%s` | %s |\n".formatted(row.getKey(), row.getValue()))
        .collect(
            Collectors.joining(
                "", "\n| meter | type | unit | labels | meaning |\n|---|---|---|---|---|\n", "\n"));
  }

  @Test
  void docs_haveTheTableOfTheMeters() throws IOException {
    meters.health(
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            TestMetrics.CLOCK,
            new HealthReport.Sources(
                () -> ServiceHealth.ofStateStore(true),
                List::of,
                "m",
                Optional::empty,
                new FixedGauges()::stream)));
    String docs = Files.readString(DOCS);
    assertThat(docs).as("docs/metrics.md without its markers").contains(BEGIN, END);
    int begin = docs.indexOf(BEGIN) + BEGIN.length();
    int end = docs.indexOf(END);

    if (Boolean.getBoolean("meters.table.write")) {
      Files.writeString(DOCS, docs.substring(0, begin) + table() + docs.substring(end));
      return;
    }

    assertThat(docs.substring(begin, end))
        .as(
            "the meters in docs/metrics.md; to write them anew: mvn -pl worker test"
                + " -Dtest=MetersTableTest -Dmeters.table.write=true")
        .isEqualTo(table());
  }
}
