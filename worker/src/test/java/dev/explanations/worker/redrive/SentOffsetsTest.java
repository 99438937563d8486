package dev.explanations.worker.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SentOffsetsTest {

  private record Letter(int partition, long offset) {}

  @Test
  void letters_areThoseThatWereAddedAndNotRemoved() {
    Random random = new Random(7);
    SentOffsets sent = new SentOffsets();
    Set<Letter> expected = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      Letter letter = letter(random);
      if (random.nextInt(4) == 0) {
        sent.remove(letter.partition(), letter.offset());
        expected.remove(letter);
      } else {
        sent.add(letter.partition(), letter.offset());
        expected.add(letter);
      }
    }

    for (int i = 0; i < 20_000; i++) {
      Letter letter = letter(random);
      assertThat(sent.contains(letter.partition(), letter.offset()))
          .isEqualTo(expected.contains(letter));
    }
    assertThat(expected)
        .allMatch(letter -> sent.contains(letter.partition(), letter.offset()))
        .anyMatch(letter -> letter.offset() > Integer.MAX_VALUE);
  }

  /** Around the borders of pages, and beyond what an int holds. */
  private static Letter letter(Random random) {
    long page = random.nextBoolean() ? random.nextInt(3) : (1L << 40) + random.nextInt(3);
    return new Letter(random.nextInt(2), page * 65_536 + random.nextInt(2_000));
  }
}
