package dev.explanations.lab.guarantees.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.LabProcess;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WarmUpIT {

  private static final int EXPLANATIONS = 50;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @TempDir Path directory;

  @Test
  void warmUp_fillsTheStore_andNobodyGetsAResult() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.start("w1");
    rig.follow();
    Path half = file("half", EXPLANATIONS / 2);
    Path all = file("all", EXPLANATIONS);

    String first = warm(rig, half);
    assertThat(first)
        .contains("75 lines, 25 explanations", "0 were there, 25 are there, 0 missing, 0 lines");
    String second = warm(rig, all);
    assertThat(second).contains("25 were there, 50 are there, 0 missing, 0 lines");
    assertThat(rig.gemini.statistics().calls()).isEqualTo(EXPLANATIONS);
    assertThat(rig.hasResults()).isFalse();

    rig.askAbout(0, EXPLANATIONS);

    Tally tally = rig.answeredExactlyOnce();
    assertThat(tally.from("state_store")).isEqualTo(EXPLANATIONS);
    assertThat(rig.gemini.statistics().calls()).isEqualTo(EXPLANATIONS);
    assertThat(rig.topics().read(rig.topic("dead-letters"))).isEmpty();
  }

  @Test
  void maxAge_makesOlderExplanationsAnew_andThePromptsOwnAreTheOnesThatCount() throws Exception {
    Path prompt = Path.of("..", "schemas", "examples", "prompt", "class-4-german.json");
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    rig.start("w1", "PROMPT_FILE", prompt.toString());
    rig.follow();
    Path file = file("some", 10);

    assertThat(warm(rig, file, "--prompt", prompt.toString()))
        .contains("\n0 were there, 10 are there, 0 missing");
    assertThat(warm(rig, file, "--prompt", prompt.toString(), "--max-age", "1h"))
        .contains("\n10 were there, 10 are there, 0 missing");
    assertThat(rig.gemini.statistics().calls()).isEqualTo(10);

    assertThat(warm(rig, file, "--prompt", prompt.toString(), "--max-age", "0s"))
        .contains("\n0 were there, 10 are there, 0 missing");
    assertThat(rig.gemini.statistics().calls()).isEqualTo(20);
    assertThat(rig.hasResults()).isFalse();
  }

  /** Every explanation in three lines, each of them with an id of its own. */
  private Path file(String name, int explanations) throws Exception {
    List<String> lines =
        IntStream.range(0, 3 * explanations)
            .mapToObj(i -> Rig.request(name + "-" + i, i % explanations))
            .toList();
    return Files.write(directory.resolve(name), lines);
  }

  private static String warm(Rig rig, Path file, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("warm", file.toString(), "--rate", "0"));
    arguments.addAll(List.of(options));
    try (LabProcess warm =
        LabProcess.start(rig.environment("warm"), arguments.toArray(String[]::new))) {
      assertThat(warm.exitCode()).as(warm.output()).isZero();
      return warm.output();
    }
  }
}
