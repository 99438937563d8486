package dev.explanations.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Guarantee;
import dev.explanations.lab.guarantees.Guarantees;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link MutationIT} changes is there, once. */
class MutationTest {

  @Test
  void eachGuarantee_hasAMutation() {
    List<Guarantee> all = Guarantees.all(SoakSettings.limits(), List.of());

    assertThat(Mutation.ALL)
        .extracting(Mutation::guarantee)
        .containsExactlyElementsOf(all.stream().map(Guarantee::name).toList());
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
