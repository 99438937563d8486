package dev.explanations.worker.records;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** The size of records as producers and brokers count them, the framing of each header included. */
public final class Sizes {

  /** The most headers that a request may have. */
  public static final int MAX_HEADERS = 100;

  /** Of a batch with one record, and of that record, at most: Kafka's own upper bound. */
  private static final int FRAMING = 61 + 21;

  private Sizes() {}

  /** What a topic's limit is compared with. */
  public static int onTheWire(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return FRAMING + of(key, value, headers);
  }

  /** What {@code MAX_REQUEST_BYTES} is compared with. */
  public static int of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return field(key) + field(value) + of(headers);
  }

  private static int of(Headers headers) {
    int size = 0;
    int count = 0;
    for (Header header : headers) {
      int name = Utils.utf8Length(header.key());
      size += varint(name) + name + field(header.value());
      count++;
    }
    return size + varint(count);
  }

  private static int field(byte @Nullable [] bytes) {
    int length = bytes == null ? 0 : bytes.length;
    return varint(bytes == null ? -1 : length) + length;
  }

  /** Seven bits to a byte, the sign as the lowest of them. */
  private static int varint(int value) {
    int zigzag = value << 1 ^ value >> 31;
    return Math.max(1, Math.ceilDiv(Integer.SIZE - Integer.numberOfLeadingZeros(zigzag), 7));
  }
}
