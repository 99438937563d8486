package dev.explanations.worker.records;

import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A request record cut to what is carried on, with its measures before. A record may have a million
 * headers, so only the first ones are looked at.
 *
 * @param headers {@link Sizes#MAX_HEADERS} at most, without those that only the worker may set
 * @param headerCount headers that a producer may set; all headers if there are too many
 * @param size in bytes; a lower bound if there are too many headers
 * @param original measures before the cut; {@code null} if nothing was cut
 */
@SuppressWarnings("ArrayRecordComponent") // a record's bytes, never compared
public record Arrival(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    int headerCount,
    long size,
    @Nullable Original original) {

  /** Room for headers of the worker, which a redriven dead letter has and which do not count. */
  private static final int OWN_HEADERS = 16;

  /** Bytes of a header without name and value on the wire. */
  private static final int SMALLEST_HEADER = 2;

  /**
   * Measures of a record before it was cut.
   *
   * @param size in bytes
   * @param digest SHA-256 of the value
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
