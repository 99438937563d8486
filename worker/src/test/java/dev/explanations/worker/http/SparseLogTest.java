package dev.explanations.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.LogCapture;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SparseLogTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final SparseLog refusals = new SparseLog("Control refused", () -> now);

  @Test
  void add_logsOneLineAMinute_andHowManyItKeptSilentAbout() {
    try (LogCapture log = new LogCapture(SparseLog.class)) {
      refusals.add("first");
      refusals.add("second");
      now = now.plus(SparseLog.QUIET).minusMillis(1);
      refusals.add("third");
      now = now.plusMillis(1);
      refusals.add("fourth");
      now = now.plus(SparseLog.QUIET);
      refusals.add("fifth");

      assertThat(log.lines())
          .containsExactly(
              "WARN Control refused: first; 0 others were, since the last such line",
              "WARN Control refused: fourth; 2 others were, since the last such line",
              "WARN Control refused: fifth; 0 others were, since the last such line");
    }
  }
}
