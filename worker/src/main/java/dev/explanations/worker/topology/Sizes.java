package dev.explanations.worker.topology;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The size of records as the broker counts them, but for a few bytes of framing. */
final class Sizes {

  private Sizes() {}

  static int of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return length(key) + length(value) + of(headers);
  }

  static int of(Headers headers) {
    int size = 0;
    for (Header header : headers) {
      size += header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value());
    }
    return size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
