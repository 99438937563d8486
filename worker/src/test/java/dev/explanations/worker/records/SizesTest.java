package dev.explanations.worker.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SizesTest {

  private static final String[] NAMES = {"", "h", "ä", "日本", "\uD83D\uDE00", "n".repeat(1_000)};

  @Test
  void size_isKafkasOwnUpperBound() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      byte[] key = bytes(random, 300);
      byte[] value = bytes(random, 100_000);
      Headers headers = new RecordHeaders();
      for (int h = random.nextInt(200); h > 0; h--) {
        headers.add(NAMES[random.nextInt(NAMES.length)], bytes(random, 200));
      }

      assertThat(Sizes.onTheWire(key, value, headers))
          .isEqualTo(
              AbstractRecords.estimateSizeInBytesUpperBound(
                  RecordBatch.CURRENT_MAGIC_VALUE,
                  CompressionType.NONE,
                  key,
                  value,
                  headers.toArray()));
    }
  }

  private static byte @Nullable [] bytes(Random random, int atMost) {
    return random.nextInt(4) == 0 ? null : new byte[random.nextInt(atMost)];
  }
}
