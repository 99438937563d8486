package dev.explanations.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimelineTest {

  private static final Behaviour DOWN = Behaviour.of(Reply.Canned.OVERLOADED);
  private static final Behaviour UP = Behaviour.answer(Duration.ZERO);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  private final GeminiSimulator simulator = GeminiSimulator.start(UP);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private final Heard heard = new Heard();

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void play_beginsAtOnce() throws Exception {
    simulator.play(Timeline.of("t", new Timeline.Phase("down", DOWN, LONG)), heard);

    assertThat(heard.phases).containsExactly("down");
    assertThat(client.ask("a").statusCode()).isEqualTo(503);
    assertThat(simulator.statistics().byPhase()).containsOnlyKeys("down");
  }

  @Test
  void play_goesThroughAllPhases() throws Exception {
    simulator.play(
        Timeline.of(
            "t",
            new Timeline.Phase("down", DOWN, SHORT),
            new Timeline.Phase("gone", Behaviour.of(Reply.Canned.FORBIDDEN))),
        heard);

    await().until(() -> heard.phases.size() == 2);
    assertThat(client.ask("a").statusCode()).isEqualTo(403);
    assertThat(heard.phases).containsExactly("down", "gone");
    assertThat(simulator.statistics().byPhase()).containsKey("gone");
  }

  @Test
  void phase_lastsAsLongAsItSays() {
    simulator.play(
        Timeline.of(
            "t",
            new Timeline.Phase("first", DOWN, Duration.ofMillis(300)),
            new Timeline.Phase("second", UP, Duration.ofMillis(200))),
        heard);

    await().until(() -> heard.over);
    assertThat(heard.phases).containsExactly("first", "second");
    assertThat(heard.at(2) - heard.at(0)).isGreaterThanOrEqualTo(Duration.ofMillis(495).toNanos());
    assertThat(heard.at(1) - heard.at(0)).isGreaterThanOrEqualTo(Duration.ofMillis(295).toNanos());
  }

  @Test
  void over_isBehavingAsBefore_uncounted() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.INTERNAL));
    simulator.play(Timeline.of("t", new Timeline.Phase("down", DOWN, SHORT)), heard);

    await().until(() -> heard.over);

    assertThat(client.ask("a").statusCode()).isEqualTo(500);
    assertThat(simulator.statistics().byPhase()).isEmpty();
  }

  @Test
  void repeat_beginsAgain() {
    simulator.play(
        new Timeline(
            "flapping",
            List.of(new Timeline.Phase("up", UP, SHORT), new Timeline.Phase("down", DOWN, SHORT)),
            true),
        heard);

    await().until(() -> heard.phases.size() >= 5);
    assertThat(heard.phases.subList(0, 5)).containsExactly("up", "down", "up", "down", "up");
  }

  @Test
  void rule_winsOverThePhase() throws Exception {
    simulator.behaveWhen("special", UP);
    simulator.play(Timeline.of("t", new Timeline.Phase("down", DOWN)), heard);

    assertThat(client.ask("special").statusCode()).isEqualTo(200);
    assertThat(client.ask("other").statusCode()).isEqualTo(503);
  }

  @Test
  void behave_endsATimeline_whichIsNotHeardOfAgain() throws Exception {
    simulator.play(
        Timeline.of(
            "t",
            new Timeline.Phase("down", DOWN, Duration.ofSeconds(2)),
            new Timeline.Phase("gone", DOWN)),
        heard);
    simulator.behave(UP);
    Heard next = new Heard();
    simulator.play(Timeline.of("other", new Timeline.Phase("up", UP, Duration.ofSeconds(3))), next);

    await().until(() -> next.over);
    assertThat(heard.phases).containsExactly("down");
    assertThat(heard.over).isFalse();
    assertThat(client.ask("a").statusCode()).isEqualTo(200);
  }

  @Test
  void timeline_refusesAPhaseWithoutAnEnd_beforeOthers() {
    Timeline.Phase endless = new Timeline.Phase("endless", UP);
    Timeline.Phase limited = new Timeline.Phase("limited", UP, LONG);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeline.of("t", endless, limited))
        .withMessageContaining("'endless' needs a duration");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Timeline("t", List.of(limited, endless), true))
        .withMessageContaining("'endless' needs a duration");
    assertThatIllegalArgumentException().isThrownBy(() -> Timeline.of("t"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Timeline.Phase("none", UP, Duration.ZERO));
  }

  private static final class Heard implements TimelineListener {
    final List<String> phases = new CopyOnWriteArrayList<>();
    private final List<Long> nanos = new CopyOnWriteArrayList<>();
    volatile boolean over;

    @Override
    public void began(Timeline.Phase phase) {
      nanos.add(System.nanoTime());
      phases.add(phase.name());
    }

    @Override
    public void over() {
      nanos.add(System.nanoTime());
      over = true;
    }

    long at(int event) {
      return nanos.get(event);
    }
  }
}
