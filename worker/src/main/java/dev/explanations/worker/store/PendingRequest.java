package dev.explanations.worker.store;

import dev.explanations.worker.explanation.ErrorCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits: the record as it arrived, and how far it has come.
 *
 * @param key the original record's key
 * @param value the original record's value
 * @param headers the original headers, without those the worker adds
 * @param attempts calls that were made for it and failed
 * @param due not to be called for before this time
 * @param deadline answered as unavailable from this time on
 * @param lastError what the last failed attempt, or the reason for waiting, was
 */
@SuppressWarnings("ArrayRecordComponent") // the original bytes; never compared, never a map key
public record PendingRequest(
    String cacheKey,
    Origin origin,
    byte @Nullable [] key,
    byte[] value,
    List<Header> headers,
    Instant firstSeen,
    int attempts,
    Instant due,
    Instant deadline,
    @Nullable ErrorCode lastError) {

  /** The key in the pending store: all requests of one explanation stand together. */
  public String id() {
    return cacheKey + "/" + origin.sortable();
  }

  public PendingRequest withDue(Instant due) {
    return new PendingRequest(
        cacheKey, origin, key, value, headers, firstSeen, attempts, due, deadline, lastError);
  }

  /** After an attempt that failed. */
  public PendingRequest failed(int attempts, Instant due, ErrorCode error) {
    return new PendingRequest(
        cacheKey, origin, key, value, headers, firstSeen, attempts, due, deadline, error);
  }
}
