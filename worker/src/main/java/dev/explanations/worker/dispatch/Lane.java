package dev.explanations.worker.dispatch;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * One task's access to the dispatcher, from its {@code init} to its {@code close}. Used by the
 * stream thread only. All methods return at once, {@link #close} within two seconds.
 */
public interface Lane extends AutoCloseable {

  /** Next step for a request that is due. */
  enum Room {
    /** Offer the request: it is likely to be accepted. */
    FREE,
    /** Ask again when an outcome has been read, or a little later. */
    FULL,
    /** No call may begin: a pause by Gemini or a command. A wake record tells the end. */
    PAUSED,
    /** The budget is spent: pending requests are held back, those that may fail turned away. */
    EXHAUSTED,
    /** Every circuit breaker is open: new requests are turned away, pending ones held back. */
    SHUT
  }

  /** Names the lane in the outcomes of its calls; no two lanes have the same. */
  String id();

  /** Number of calls that have begun; takes no lock. */
  long begun();

  /**
   * Whether an {@link #offer} may be accepted now. After {@code FULL} and {@code PAUSED} the lane
   * counts as wanting until {@link #satisfied}, and gets its fair share of what becomes free.
   */
  Room room();

  /**
   * Until when the gate is {@code SHUT}, unless a breaker is reset before; {@link Instant#MAX} if
   * unknown. A wake record tells the end.
   */
  Instant shutUntil();

  /**
   * Asks for an explanation, from the shared cache or by a call. The question is built only if it
   * is likely to be accepted. With {@code SHUT} and {@code EXHAUSTED} the shared cache alone is
   * asked, if {@link #looksUp}; an explanation that is not found is given back as postponed.
   */
  Admission offer(String cacheKey, Supplier<Question> question);

  /** Whether there is a shared cache that is not known to be away. */
  boolean looksUp();

  /** Looks a request up that cannot be offered now. Only a hit has an outcome. */
  void lookAhead(String cacheKey);

  /** No request of this task is due: other lanes may have its share. */
  void satisfied();

  /** The task has read the outcome of this call. */
  void outcomeRead(String cacheKey, String callId);

  /**
   * No request waits for this call any more.
   *
   * @return true if the call had not begun and never will; otherwise its outcome is sent as usual
   */
  boolean withdraw(String cacheKey, String callId);

  /** Whether this call is in flight: its outcome is not in Kafka yet. */
  boolean isInFlight(String cacheKey, String callId);

  /** Sends a marker to the task's outcomes partition. May get lost: to be sent until it is read. */
  void mark(String nonce);

  /**
   * Drops flights that have not begun and hands over running calls: the next owner reads on the
   * outcomes topic which calls not to make again.
   */
  @Override
  void close();
}
