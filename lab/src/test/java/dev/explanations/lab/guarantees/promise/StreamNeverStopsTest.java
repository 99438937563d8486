package dev.explanations.lab.guarantees.promise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import org.junit.jupiter.api.Test;

class StreamNeverStopsTest {

  private final Story story = new Story(new StreamNeverStops(Story.LIMITS));

  @Test
  void keeps_whenItGoesOn_orHasNothingToRead() {
    story.progress(1, 5, 9).progress(20, 6, 9).progress(39, 9, 9).progress(90, 9, 9);
    story.progress(100, 9, 10).progress(119, 9, 30).progress(121, 10, 30);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenMachinesAreAtFault_andForAWhileAfterwards() {
    story.progress(1, 5, 9).fault(10, 60, FaultKind.BROKER).progress(85, 5, 9).progress(86, 6, 9);
    story.worker(90, "w1.1", Change.KILLED).progress(100, 6, 9).progress(115, 6, 9);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_aPartitionThatStandsStill_once() {
    story.progress(1, 5, 9).progress(15, 5, 9).progress(22, 5, 9).progress(30, 5, 9);
    story.progress(31, 6, 9);

    assertThat(story.verdict()).containsExactly("requests/3 stands still at 5 of 9 for 21000 ms");
  }

  @Test
  void names_aPartitionThatStandsStill_afterAFault_andWhileGeminiIsDown() {
    story.fault(1, 3, FaultKind.NETWORK);
    story.saw(
        new Observation.FaultChanged(Story.nanos(10), "gemini is down", FaultKind.GEMINI, true));
    story.progress(2, 5, 9).progress(31, 5, 9);

    assertThat(story.verdict()).hasSize(1);
  }
}
