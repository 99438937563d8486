package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.records.WorkerHeaders;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
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
    return WorkerHeaders.text(headers, name);
  }

  OptionalLong number(String name) {
    return WorkerHeaders.number(headers, name);
  }

  /** Whether the letter has this reason; {@code null} is any. */
  boolean isOf(@Nullable ErrorCode reason) {
    return reason == null || reason.wireName().equals(text(HeaderNames.REASON));
  }

  /** How often the request was sent back before; at intake a producer may have claimed anything. */
  long replays() {
    return Math.clamp(number(HeaderNames.REPLAYS).orElse(0), 0, MAX_REPLAYS);
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
