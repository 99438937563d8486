package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The headers of a dead letter, as the worker has written them. */
record LetterHeaders(Headers headers) {

  /** A number beyond is a producer's invention. */
  private static final int MAX_REPLAYS = 1_000_000;

  boolean has(String name) {
    return headers.lastHeader(name) != null;
  }

  @Nullable String text(String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** What is missing, or no number, is {@code null}. */
  @Nullable Long number(String name) {
    String text = text(name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** How often the request was sent back before; at intake a producer may have claimed anything. */
  long replays() {
    Long replays = number(HeaderNames.REPLAYS);
    return replays == null ? 0 : Math.clamp(replays, 0, MAX_REPLAYS);
  }

  /** Those that the producer may set, in their order, and the number of this replay. */
  Headers forReplay() {
    RecordHeaders request = new RecordHeaders();
    for (Header header : headers) {
      if (!header.key().startsWith(HeaderNames.PREFIX)
          || header.key().equals(HeaderNames.WARM_UP)) {
        request.add(header);
      }
    }
    String replays = Long.toString(replays() + 1);
    return request.add(HeaderNames.REPLAYS, replays.getBytes(StandardCharsets.UTF_8));
  }
}
