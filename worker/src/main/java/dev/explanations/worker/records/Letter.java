package dev.explanations.worker.records;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.records.Arrival.Original;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter within its topic's limit. If it is too large, the value is cut, then the producer's
 * headers are dropped, then the key; at last only reason, origin, size and digest are left.
 */
@SuppressWarnings("ArrayRecordComponent") // a record's bytes, never compared
public record Letter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

  /** Bytes by which the length field of a value may grow. */
  private static final int LENGTH_OF_LENGTH = 4;

  private static final List<String> LAST_RESORT =
      List.of(HeaderNames.REASON, HeaderNames.ORIGIN, HeaderNames.TRUNCATED, HeaderNames.DIGEST);

  private static final List<String> OF_THE_WORKER =
      List.of(
          HeaderNames.REASON,
          HeaderNames.ORIGIN,
          HeaderNames.TRUNCATED,
          HeaderNames.DIGEST,
          HeaderNames.ERROR,
          HeaderNames.WARM_UP);

  /**
   * @param headers including reason and origin
   * @param cutBefore measures of the original if it was cut before; {@code null} otherwise
   * @param limit of the topic, at least {@link TopicLimits#LEAST_FOR_DEAD_LETTERS}
   */
  public static Letter fitting(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      @Nullable Original cutBefore,
      int limit) {
    if (cutBefore == null && Sizes.onTheWire(key, value, headers) <= limit) {
      return new Letter(key, value, headers);
    }
    Original original =
        cutBefore == null
            ? new Original(Sizes.of(key, value, WorkerHeaders.inbound(headers)), Cut.digest(value))
            : cutBefore;
    WorkerHeaders.set(headers, HeaderNames.TRUNCATED, original.size());
    WorkerHeaders.set(headers, HeaderNames.DIGEST, HexFormat.of().formatHex(original.digest()));
    if (Sizes.onTheWire(key, null, headers) > limit) {
      headers = ownOf(headers);
    }
    if (Sizes.onTheWire(key, null, headers) > limit) {
      key = null;
    }
    if (Sizes.onTheWire(key, null, headers) > limit) {
      headers = only(LAST_RESORT, headers);
    }
    int room = Math.max(0, limit - Sizes.onTheWire(key, null, headers) - LENGTH_OF_LENGTH);
    return new Letter(
        key, value == null || value.length <= room ? value : Arrays.copyOf(value, room), headers);
  }

  private static Headers ownOf(Headers headers) {
    Headers own = only(OF_THE_WORKER, headers);
    WorkerHeaders.numbers(headers).forEach(own::add);
    return own;
  }

  private static Headers only(List<String> names, Headers headers) {
    Headers some = new RecordHeaders();
    for (String name : names) {
      headers.headers(name).forEach(some::add);
    }
    return some;
  }
}
