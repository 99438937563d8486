package dev.explanations.worker.dispatch;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * One task's access to the dispatcher, from its {@code init} to its {@code close}. All methods are
 * called on the task's stream thread and return at once, {@link #close} within a bounded time.
 */
public interface Lane extends AutoCloseable {

  /** What a task can do with a request that is due. */
  enum Room {
    /** Offer it: it is likely to be accepted. */
    FREE,
    /** Ask again when an outcome has arrived, or a little later. */
    FULL,
    /** Gemini wants to be left alone, or no calls are made: a wake record tells when to ask. */
    PAUSED,
    /** Every circuit breaker is open: what waits goes the way of an open breaker. */
    SHUT
  }

  /**
   * Whether an {@link #offer} may be accepted now. After {@code FULL} and {@code PAUSED} the lane
   * counts as wanting until {@link #satisfied}, and gets its fair share of what becomes free.
   */
  Room room();

  /**
   * With {@code SHUT}: until when, if nobody resets a breaker before; {@link Instant#MAX} when
   * nobody knows. A wake record tells when it is over.
   */
  Instant shutUntil();

  /**
   * Asks for an answer, from the shared cache or by a call. The question is made only if it is
   * likely to be accepted. While {@link #looksUp}, also with {@code SHUT}: what is not found is
   * given back.
   */
  Admission offer(String cacheKey, Supplier<Question> question);

  /** Whether there is a shared cache to be asked, as far as is known. */
  boolean looksUp();

  /** Asks the shared cache alone, for a request that cannot be offered now; only a hit is told. */
  void lookAhead(String cacheKey);

  /** Nothing that is due waits in this task any more: others may have its share. */
  void satisfied();

  /** The task has read the outcome of this call. */
  void outcomeRead(String cacheKey, String callId);

  /**
   * Nobody waits for this call any more.
   *
   * @return whether it has not begun and never will; otherwise its outcome comes as ever
   */
  boolean withdraw(String cacheKey, String callId);

  /** Whether the outcome of this call is still to be expected. */
  boolean holds(String cacheKey, String callId);

  /** Sends a marker to the task's own outcomes partition; called again until it has been seen. */
  void mark(String nonce);

  /**
   * Gives up what has not begun and hands over what runs: the next owner learns from the outcomes
   * partition which calls not to make again.
   */
  @Override
  void close();
}
