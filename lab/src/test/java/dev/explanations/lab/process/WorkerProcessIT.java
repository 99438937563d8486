package dev.explanations.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerProcessIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EXIT_BY_SIGTERM = 143;
  private static final int EXIT_BY_SIGKILL = 137;

  @Test
  void awaitReady_returns_whenTheProbeAnswers() {
    try (WorkerProcess process = launch(Map.of())) {
      process.awaitReady(PATIENCE);

      assertThat(process.isAlive()).isTrue();
      assertThat(process.uri("/ready")).hasPort(process.httpPort());
      // its log is read by a thread of its own
      await()
          .untilAsserted(
              () -> assertThat(process.log()).contains("PATH is null", "property is given"));
    }
  }

  @Test
  void terminate_letsTheProcessFinish() {
    try (WorkerProcess process = launch(Map.of())) {
      process.awaitReady(PATIENCE);

      assertThat(process.terminate(PATIENCE)).isEqualTo(EXIT_BY_SIGTERM);
      assertThat(process.log()).contains("stopping");
    }
  }

  @Test
  void kill_givesTheProcessNoChance() {
    try (WorkerProcess process = launch(Map.of())) {
      process.awaitReady(PATIENCE);

      process.kill();

      assertThat(process.isAlive()).isFalse();
      assertThat(process.awaitExit(PATIENCE)).isEqualTo(EXIT_BY_SIGKILL);
      assertThat(process.log()).doesNotContain("stopping");
    }
  }

  @Test
  void awaitReady_fails_withTheLog_whenTheProcessExits() {
    try (WorkerProcess process = launch(Map.of("BAD_SETTING", "1"))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> process.awaitReady(PATIENCE))
          .withMessageContaining("exited with 2")
          .withMessageContaining("BAD_SETTING is not allowed");
      assertThat(process.awaitExit(PATIENCE)).isEqualTo(2);
    }
  }

  private static WorkerProcess launch(Map<String, String> environment) {
    return WorkerProcess.launch(
        StubMain.class.getName(), environment, List.of("-Dstub.property=given"));
  }
}
