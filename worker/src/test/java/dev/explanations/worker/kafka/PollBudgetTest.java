package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.explanations.worker.records.Cut;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollBudgetTest {

  private static final int MEGABYTE = 1 << 20;

  private final PollBudget budget = new PollBudget();
  private final Deserializer<byte[]> keys = budget.keys();
  private final Deserializer<byte[]> values = budget.values();

  @BeforeEach
  void poll() {
    budget.beginPoll();
  }

  @Test
  void usualRecord_isReadWhole_andMarkedWithNothing() {
    Headers headers = new RecordHeaders();
    ByteBuffer data = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2);

    assertThat(values.deserialize("t", headers, data)).containsExactly(1, 2);
    assertThat(data.remaining()).isEqualTo(2);
    assertThat(headers).isEmpty();
  }

  @Test
  void hugeValueAndKey_areCut_withTheDigestOfTheWhole() {
    byte[] huge = new byte[5 * MEGABYTE];
    Arrays.fill(huge, (byte) ' ');
    Headers headers = new RecordHeaders();

    assertThat(keys.deserialize("t", headers, ByteBuffer.wrap(huge))).hasSize(PollBudget.BEGINNING);
    assertThat(values.deserialize("t", headers, ByteBuffer.wrap(huge)))
        .hasSize(PollBudget.BEGINNING)
        .containsOnly(' ');
    Header[] marks = headers.toArray();
    assertThat(marks).hasSize(2).allMatch(Cut.class::isInstance);
    assertThat(((Cut) marks[0]).digest()).isNull();
    assertThat(((Cut) marks[1]).dropped()).isEqualTo(huge.length - PollBudget.BEGINNING);
    assertThat(((Cut) marks[1]).digest()).hasSize(32);
  }

  @Test
  void pollThatHasBroughtEnough_ends_andTheNextGoesOn() {
    byte[] megabyte = new byte[MEGABYTE];
    int read = 0;
    try {
      for (; read < 1_000; read++) {
        values.deserialize("t", new RecordHeaders(), ByteBuffer.wrap(megabyte));
      }
    } catch (SerializationException enough) {
      // the consumer returns what was read
    }
    assertThat(read).isEqualTo((int) (PollBudget.MAX_BYTES / MEGABYTE));
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> values.deserialize("t", new RecordHeaders(), ByteBuffer.wrap(megabyte)));

    budget.beginPoll();
    assertThat(values.deserialize("t", new RecordHeaders(), ByteBuffer.wrap(megabyte)))
        .hasSize(MEGABYTE);
  }

  @Test
  void firstRecordOfAPoll_isReadWhateverItWeighs() {
    Header[] many = new Header[1_000_000];
    Arrays.fill(many, new RecordHeader("", null));
    Headers headers = new RecordHeaders(many);

    assertThat(keys.deserialize("t", headers, ByteBuffer.wrap(new byte[9]))).hasSize(9);
    assertThat(values.deserialize("t", headers, ByteBuffer.wrap(new byte[9]))).hasSize(9);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> keys.deserialize("t", new RecordHeaders(), ByteBuffer.wrap(new byte[9])));
  }
}
