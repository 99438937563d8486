package dev.explanations.lab.simulator;

import java.time.Duration;

/**
 * When a call came and what it got; times are those of {@link System#nanoTime}.
 *
 * @param status of the reply; 0 is a connection that was reset, {@link #NO_REPLY} none so far, in
 *     which case the time of the reply means nothing
 * @param retryDelay what the reply's RetryInfo asked for; zero without one
 */
public record CallTime(long arrivedNanos, long repliedNanos, int status, Duration retryDelay) {

  public static final int NO_REPLY = -1;
}
