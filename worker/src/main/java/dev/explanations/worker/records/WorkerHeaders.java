package dev.explanations.worker.records;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.store.PendingRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Reads and writes the worker's headers among those of the producer. */
public final class WorkerHeaders {

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

  private WorkerHeaders() {}

  /** A copy without the headers that only the worker may set. */
  public static Headers inbound(Headers headers) {
    RecordHeaders copy = new RecordHeaders();
    for (Header header : headers) {
      if (mayComeFromOutside(header)) {
        copy.add(header);
      }
    }
    return copy;
  }

  private static boolean mayComeFromOutside(Header header) {
    return switch (header.key()) {
      case HeaderNames.REPLAYS -> true;
      case HeaderNames.WARM_UP -> Arrays.equals(header.value(), TRUE);
      default -> !header.key().startsWith(HeaderNames.PREFIX);
    };
  }

  /** Whether {@link #inbound} headers say that the request only fills the caches. */
  public static boolean isWarmUp(Headers headers) {
    return headers.lastHeader(HeaderNames.WARM_UP) != null;
  }

  /** The headers with numbers that every dead letter keeps, written anew so that they are small. */
  static Headers numbers(Headers headers) {
    RecordHeaders copy = new RecordHeaders();
    for (String name : List.of(HeaderNames.ATTEMPT, HeaderNames.FIRST_SEEN, HeaderNames.REPLAYS)) {
      number(headers, name).ifPresent(number -> set(copy, name, number));
    }
    return copy;
  }

  public static List<PendingRequest.Header> toStore(Headers headers) {
    List<PendingRequest.Header> list = new ArrayList<>();
    headers.forEach(h -> list.add(new PendingRequest.Header(h.key(), h.value())));
    return list;
  }

  public static Headers fromStore(List<PendingRequest.Header> headers) {
    RecordHeaders copy = new RecordHeaders();
    headers.forEach(h -> copy.add(h.name(), h.value()));
    return copy;
  }

  public static void set(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  public static void set(Headers headers, String name, long value) {
    set(headers, name, Long.toString(value));
  }

  public static byte @Nullable [] bytes(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  public static @Nullable String text(Headers headers, String name) {
    byte[] bytes = bytes(headers, name);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  public static OptionalLong number(Headers headers, String name) {
    String text = text(headers, name);
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
