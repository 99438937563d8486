package dev.explanations.worker.records;

import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A request record as far as it can be carried on, and what it was. A record may have a million
 * headers; of most of them not even the name is read.
 *
 * @param headers at most {@link Sizes#MAX_HEADERS}, without what only the worker may say
 * @param headerCount of all that it had
 * @param size in bytes; at least that, if it has too many headers
 * @param original {@code null} if this is all of it
 */
@SuppressWarnings("ArrayRecordComponent") // a record's bytes, never compared
public record Arrival(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    int headerCount,
    long size,
    @Nullable Original original) {

  /** The worker's own, which a dead letter brings back and which do not count. */
  private static final int OWN_HEADERS = 16;

  /** A header without name and value, on the wire. */
  private static final int SMALLEST_HEADER = 2;

  /**
   * Measures of a record before it was cut.
   *
   * @param size in bytes
   * @param digest of its value
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Original(long size, byte[] digest) {}

  public static Arrival of(Record<byte[], byte[]> record) {
    Header[] all = record.headers().toArray();
    int end = all.length;
    long dropped = 0;
    byte[] digest = null;
    while (end > 0 && all[end - 1] instanceof Cut cut) {
      dropped += cut.dropped();
      digest = cut.digest() == null ? digest : cut.digest();
      end--;
    }
    boolean cut = end < all.length;
    int looked = Math.min(end, Sizes.MAX_HEADERS + OWN_HEADERS);
    Headers seen = new RecordHeaders(Arrays.copyOf(all, looked));
    Header[] inbound = WorkerHeaders.inbound(seen).toArray();
    Headers kept =
        new RecordHeaders(Arrays.copyOf(inbound, Math.min(inbound.length, Sizes.MAX_HEADERS)));
    long size =
        Sizes.of(record.key(), record.value(), seen)
            + (long) SMALLEST_HEADER * (end - looked)
            + dropped;
    boolean tooMany = looked < end || inbound.length > Sizes.MAX_HEADERS;
    Original original =
        cut || tooMany
            ? new Original(size, digest == null ? Cut.digest(record.value()) : digest)
            : null;
    int count = tooMany ? end : inbound.length;
    return new Arrival(record.key(), record.value(), kept, count, size, original);
  }

  public boolean hasTooManyHeaders() {
    return headerCount > Sizes.MAX_HEADERS;
  }
}
