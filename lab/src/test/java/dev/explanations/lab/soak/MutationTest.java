package dev.explanations.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Guarantee;
import dev.explanations.lab.guarantees.promise.Guarantees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Guarantees, the mutations that break them, and the page that explains them belong together. */
class MutationTest {

  private static final Path PAGE = Path.of("..", "docs", "guarantees.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)` \\|");

  private static List<String> guarantees() {
    return Guarantees.all(SoakSettings.limits(), List.of()).stream().map(Guarantee::name).toList();
  }

  @Test
  void eachGuarantee_hasAMutation() {
    assertThat(Mutation.ALL)
        .extracting(Mutation::guarantee)
        .containsExactlyElementsOf(guarantees());
  }

  @Test
  void eachGuarantee_isExplained() throws IOException {
    assertThat(ROW.matcher(Files.readString(PAGE)).results().map(row -> row.group(1)))
        .containsExactlyElementsOf(guarantees());
  }

  @Test
  void eachMutation_changesOnePlace() {
    assertThat(Mutation.ALL)
        .allSatisfy(
            mutation -> {
              String source = mutation.source();
              int first = source.indexOf(mutation.from());
              assertThat(first).isNotNegative();
              assertThat(source.lastIndexOf(mutation.from())).isEqualTo(first);
              assertThat(mutation.to()).isNotEqualTo(mutation.from());
            });
  }
}
