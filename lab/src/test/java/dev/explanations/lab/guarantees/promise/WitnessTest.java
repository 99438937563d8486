package dev.explanations.lab.guarantees.promise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Guarantee;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Witness;
import java.util.List;
import org.junit.jupiter.api.Test;

class WitnessTest {

  @Test
  void all_haveEachGuaranteeOnce_andSayNothingOfNothing() {
    List<Guarantee> all = Guarantees.all(Story.LIMITS, List.of("a secret"));

    assertThat(all).extracting(Guarantee::name).doesNotHaveDuplicates().hasSize(13);
    assertThat(new Witness(all, _ -> {}).judge()).isEmpty();
  }

  @Test
  void violations_areBounded_andCounted() {
    Guarantee guarantee = new NothingSecretEmitted(List.of("a secret"));
    Witness witness = new Witness(List.of(guarantee), _ -> {});
    for (int i = 0; i < 1200; i++) {
      witness.saw(new Observation.Emitted(i, "the log", "a secret"));
    }

    assertThat(witness.soFar()).hasSize(1001);
    assertThat(witness.judge().getLast().what()).isEqualTo("and 200 more");
  }
}
