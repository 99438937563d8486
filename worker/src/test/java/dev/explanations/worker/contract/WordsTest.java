package dev.explanations.worker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x202E, 0x202A, 0x2066, 0x2069, 0x200E, 0x200B, 0x200D, 0x2028, 0x2029, 0xFEFF, 0x00AD,
        0x061C, 0x2060, 0x180E, 0x3164, 0x115F, 0x2800, 0xFE0F, 0xFFF9, 0x034F
      })
  void cut_showsWhatIsNotSeen(int invisible) {
    assertThat(Words.cut("a" + Character.toString(invisible) + "b", 100))
        .isEqualTo("a\\u%04Xb".formatted(invisible));
  }

  @Test
  void cut_showsTagsAsPairs() {
    assertThat(Words.cut("a\uDB40\uDC41", 100)).isEqualTo("a\\uDB40\\uDC41");
  }

  @Test
  void cut_leavesTextsOfAllScripts() {
    String text = "École 東京 हिन्दी عربى עברית ไทย 🌱 ½ H₂O";

    assertThat(Words.cut(text, 100)).isEqualTo(text);
  }

  @Test
  void cut_isOneLineOfItsLength() {
    assertThat(Words.cut(" a\r\n\tb\u0000c\u0085d ", 100)).isEqualTo("a b c d");
    assertThat(Words.cut("\u202E".repeat(100), 10)).isEqualTo("\\u202E\\u2…");
    assertThat(Words.cut("🌱".repeat(11), 10)).isEqualTo("🌱".repeat(9) + "…");
  }
}
