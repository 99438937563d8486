package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
 * @param onUnavailable what becomes of it when it meets an open circuit breaker
 * @param lastError what the last failed attempt, or the reason for waiting, was
 * @param required what an answer must know of at least, or be valid still; {@code null} if that was
 *     never asked for
 * @param decoded the request in the value; {@code null} when it was read from the store, which does
 *     not hold it
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
    OnUnavailable onUnavailable,
    @Nullable ErrorCode lastError,
    @Nullable Generation required,
    @JsonIgnore @Nullable ExplanationRequest decoded) {

  /** A record header as the producer sent it. */
  @SuppressWarnings("ArrayRecordComponent") // the original bytes; never compared, never a map key
  public record Header(String name, byte @Nullable [] value) {}

  /** The key in the pending store: all requests of one explanation stand together. */
  public String id() {
    return cacheKey + "/" + origin.sortable();
  }

  /**
   * Whether it waits for a circuit breaker, which is a condition and not a time: it is due as soon
   * as calls may be made.
   */
  @JsonIgnore
  public boolean isHeld() {
    return lastError == ErrorCode.CIRCUIT_BREAKER_OPEN;
  }

  /** Whether it is whole, and within what is computed with: an entry may hold anything. */
  @JsonIgnore
  boolean isSound() {
    boolean whole =
        Stream.of(cacheKey, origin, value, headers, firstSeen, due, deadline, onUnavailable)
            .allMatch(Objects::nonNull);
    return whole
        && attempts >= 0
        && Times.areKept(firstSeen, due, deadline)
        && Origin.isPossible(origin)
        && headers.stream().allMatch(header -> header != null && header.name() != null)
        && (required == null || required.log() != null);
  }

  /** About what it takes in memory. */
  @JsonIgnore
  int bytes() {
    int bytes = value.length + (key == null ? 0 : key.length);
    for (Header header : headers) {
      byte[] text = header.value();
      bytes += header.name().length() + (text == null ? 0 : text.length);
    }
    return decoded == null ? bytes : 2 * bytes;
  }

  PendingRequest withDue(Instant due) {
    return after(attempts, due, lastError);
  }

  /** After an attempt that failed, or none because of an open breaker. */
  public PendingRequest after(int attempts, Instant due, @Nullable ErrorCode error) {
    return with(cacheKey, attempts, due, error, required);
  }

  /** The same request, filed under another key. */
  public PendingRequest under(String cacheKey) {
    return with(cacheKey, attempts, due, lastError, required);
  }

  /** As it waits from now on. */
  public PendingRequest requiring(Generation generation) {
    return with(cacheKey, attempts, due, lastError, generation);
  }

  private PendingRequest with(
      String cacheKey,
      int attempts,
      Instant due,
      @Nullable ErrorCode error,
      @Nullable Generation required) {
    return new PendingRequest(
        cacheKey,
        origin,
        key,
        value,
        headers,
        firstSeen,
        attempts,
        due,
        deadline,
        onUnavailable,
        error,
        required,
        decoded);
  }
}
