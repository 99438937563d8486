package dev.explanations.worker.records;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Sizes of records in bytes, headers' framing included, as producers and brokers count them. */
public final class Sizes {

  /** The most headers that a request may have. */
  public static final int MAX_HEADERS = 100;

  /** Bytes of a batch header and of a record's own fields: Kafka's upper bound. */
  private static final int FRAMING = 61 + 21;

  private Sizes() {}

  /** Size of a batch with this record alone, as compared with a topic's limit. */
  public static int onTheWire(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return FRAMING + of(key, value, headers);
  }

  /** Size of key, value and headers, as compared with {@code MAX_REQUEST_BYTES}. */
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

  /** Length of a zigzag varint: seven bits in each byte, the sign as the lowest bit. */
  private static int varint(int value) {
    int zigzag = value << 1 ^ value >> 31;
    return Math.max(1, Math.ceilDiv(Integer.SIZE - Integer.numberOfLeadingZeros(zigzag), 7));
  }
}
