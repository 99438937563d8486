package dev.explanations.lab.simulator.script;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Treatment of a call by the simulator: it waits, then replies.
 *
 * @param release the wait begins when this stage is complete
 * @param quota how many calls get that; those above get a 429 at once, with a RetryInfo that says
 *     when the next one can be admitted. None is no limit
 */
public record Behaviour(
    Latency latency, Reply reply, @Nullable Quota quota, CompletionStage<?> release) {

  private static final CompletionStage<?> AT_ONCE = CompletableFuture.completedStage(null);

  public Behaviour(Latency latency, Reply reply) {
    this(latency, reply, null);
  }

  public Behaviour(Latency latency, Reply reply, @Nullable Quota quota) {
    this(latency, reply, quota, AT_ONCE);
  }

  /** Complete answers, each after the same time. */
  public static Behaviour answer(Duration latency) {
    return answer(new Latency.Fixed(latency));
  }

  /** Complete answers. */
  public static Behaviour answer(Latency latency) {
    return new Behaviour(latency, new Reply.Answer());
  }

  /** Replies at once. */
  public static Behaviour of(Reply reply) {
    return new Behaviour(Latency.NONE, reply);
  }

  /** 429 with a RetryInfo, at once. */
  public static Behaviour throttled(Duration retryDelay) {
    return of(new Reply.Throttled(retryDelay));
  }

  /** The same reply after another time. */
  public Behaviour after(Duration latency) {
    return new Behaviour(new Latency.Fixed(latency), reply, quota, release);
  }

  /** The same, for as many calls as the quota has. */
  public Behaviour within(Quota limit) {
    return new Behaviour(latency, reply, limit, release);
  }

  /** The same, held back until the stage is complete; its thread then sends what was held. */
  public Behaviour heldUntil(CompletionStage<?> stage) {
    return new Behaviour(latency, reply, quota, stage);
  }

  /**
   * Behaviour for a call that arrived at this time: this one, or the one for calls above the quota.
   */
  public Behaviour forCall(long nanos) {
    Duration left = quota == null ? Duration.ZERO : quota.take(nanos);
    return left.isZero() ? this : throttled(left);
  }
}
