package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Usd;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pending request: the record as it arrived, and the state of its attempts.
 *
 * @param key the original record's key
 * @param value the original record's value
 * @param headers the original headers, without those the worker adds
 * @param attempts failed calls that count as attempts
 * @param due earliest time of the next call
 * @param deadline time from which the request is answered {@code unavailable}
 * @param onUnavailable whether it waits or fails when every circuit breaker is open or the budget
 *     is spent
 * @param lastError error of the last failed attempt, or the reason for waiting; {@code null} if
 *     there is none
 * @param required lowest generation that an explanation must have to be accepted although a command
 *     has voided it since the request arrived; {@code null}: any
 * @param earliestCall begin of the oldest call whose answer will do; {@code null} is any
 * @param charge of the failed calls that were made for it; {@code null} if they cost nothing
 * @param decoded the request in the value; {@code null} if this was read from the store, which does
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
    @Nullable Instant earliestCall,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Charge charge,
    @JsonIgnore @Nullable ExplanationRequest decoded) {

  /** A record header as the producer sent it. */
  @SuppressWarnings("ArrayRecordComponent") // the original bytes; never compared, never a map key
  public record Header(String name, byte @Nullable [] value) {}

  /** Id in the pending store, which begins with the cache key. */
  public String id() {
    return cacheKey + "/" + origin.sortable();
  }

  /**
   * Whether the request waits for a breaker or the budget: it is due as soon as calls may begin.
   */
  @JsonIgnore
  public boolean isHeld() {
    return lastError == ErrorCode.CIRCUIT_BREAKER_OPEN || lastError == ErrorCode.BUDGET_EXHAUSTED;
  }

  /** Whether all required fields are there and within bounds: a damaged store may hold anything. */
  @JsonIgnore
  boolean isSound() {
    boolean whole =
        Stream.of(cacheKey, origin, value, headers, firstSeen, due, deadline, onUnavailable)
            .allMatch(Objects::nonNull);
    return whole
        && attempts >= 0
        && Times.areKept(firstSeen, due, deadline)
        && (earliestCall == null || Times.areKept(earliestCall))
        && (charge == null || isPossible(charge))
        && Origin.isPossible(origin)
        && headers.stream().allMatch(header -> header != null && header.name() != null)
        && (required == null || required.topicId() != null);
  }

  private static boolean isPossible(Charge charge) {
    return charge.cost() != null
        && charge.cost().nanos() >= 0
        && charge.cost().nanos() <= Usd.MAX.nanos()
        && charge.unpriced() >= 0
        && charge.unknown() >= 0;
  }

  /** Whether only a call that begins after its arrival will do. */
  @JsonIgnore
  public boolean wantsNewCall() {
    return firstSeen.equals(earliestCall);
  }

  /** Approximate bytes in memory. */
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

  /** The request after a failed attempt, or held back by an open breaker or the budget. */
  public PendingRequest after(int attempts, Instant due, @Nullable ErrorCode error) {
    return with(cacheKey, attempts, due, error, required, charge);
  }

  /** The same request under another cache key. */
  public PendingRequest under(String cacheKey) {
    return with(cacheKey, attempts, due, lastError, required, charge);
  }

  /** The same request with a lowest generation for its answer. */
  public PendingRequest requiring(Generation generation) {
    return with(cacheKey, attempts, due, lastError, generation, charge);
  }

  /** The same request after a call that was made for it. */
  public PendingRequest charged(Charge more) {
    return Usd.ZERO.equals(more.total())
        ? this
        : with(
            cacheKey,
            attempts,
            due,
            lastError,
            required,
            charge == null ? more : charge.plus(more));
  }

  /** Cost of the calls that were made for it; {@code null} if that of any is unknown. */
  public @Nullable Usd cost() {
    return charge == null ? Usd.ZERO : charge.total();
  }

  private PendingRequest with(
      String cacheKey,
      int attempts,
      Instant due,
      @Nullable ErrorCode error,
      @Nullable Generation required,
      @Nullable Charge charge) {
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
        earliestCall,
        charge,
        decoded);
  }
}
