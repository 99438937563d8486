package dev.explanations.worker.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedHashesTest {

  @Test
  void ofTopic_isStable() {
    // invalidations on the control topic and entries in stores outlive a release
    assertThat(FoldedHashes.ofTopic("Photosynthesis"))
        .isEqualTo("8ab49a069dbeed1512d717331d9d2487ac5cae778d7aa0a976462ac0d1594608");
  }

  @ParameterizedTest
  @CsvSource({
    "Photosynthesis, ' PHOTO\u00adSYNTHESIS', true",
    "The  Calvin cycle, ' the calvin\u00a0CYCLE ', true",
    "ﬁnite ﬁeld, FINITE FIELD, true",
    "ガ, ガ, true",
    "2⁸, 28, true",
    "CO, Co, true",
    "STRASSE, straße, true",
    "ΟΔΟΣ, οδοσ, true",
    "a\u200Db\uFEFF, AB, true",
    "☎\ufe0f, ☎, true",
    "Optics, Optic, false"
  })
  void ofTopic_isTheSame_forSpellingsOfTheSameText(String one, String other, boolean same) {
    assertThat(FoldedHashes.ofTopic(one).equals(FoldedHashes.ofTopic(other))).isEqualTo(same);
  }
}
