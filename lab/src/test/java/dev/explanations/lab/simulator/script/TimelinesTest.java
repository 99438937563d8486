package dev.explanations.lab.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelinesTest {

  @ParameterizedTest
  @ValueSource(strings = {"healthy", "outage", "throttled", "slow", "flapping"})
  void find_knowsEveryBuiltInName(String name) throws Exception {
    Timeline timeline = Timelines.find(name);

    assertThat(timeline.name()).isEqualTo(name);
    assertThat(timeline.phases()).isNotEmpty();
  }

  @Test
  void find_readsAFile_withAllThatABehaviourHas(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("mine.json"),
            """
            {"phases": [
              {"name": "busy", "duration": "1500ms", "reply": "throttled", "delay": "7s"},
              {"latency": "2s", "sigma": 0.5, "quota": 60}]}
            """);

    Timeline timeline = Timelines.find(file.toString());

    assertThat(timeline.repeats()).isFalse();
    assertThat(timeline.phases())
        .element(0)
        .isEqualTo(
            new Timeline.Phase(
                "busy", Behaviour.throttled(Duration.ofSeconds(7)), Duration.ofMillis(1_500)));
    assertThat(timeline.phases())
        .element(1)
        .satisfies(
            phase -> {
              assertThat(phase.name()).isEqualTo("phase 2");
              assertThat(phase.lasts()).isNull();
              assertThat(phase.behaviour().quota()).isNotNull();
              assertThat(phase.behaviour().latency())
                  .isEqualTo(new Latency.LogNormal(Duration.ofSeconds(2), 0.5));
            });
  }

  @Test
  void find_namesWhatThereIs_whenThereIsNoSuchThing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timelines.find("outrage"))
        .withMessageContaining("'outrage'")
        .withMessageContaining("outage");
  }
}
