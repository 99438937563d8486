package dev.explanations.lab.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineProgressTest {

  @Test
  void show_printsALine_forEachTenth() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LineProgress progress =
        new LineProgress(new PrintStream(out, true, StandardCharsets.UTF_8), "results")) {
      for (int done = 0; done <= 573; done++) {
        progress.show(done, 573);
      }
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(10)
        .first()
        .isEqualTo("results: 58 of 573");
  }
}
