package dev.explanations.worker.redrive;

import org.apache.kafka.common.errors.InterruptException;

/** Kafka's clients tell of an interruption by an exception of their own, and by the flag. */
final class Interruption {

  private Interruption() {}

  /** By an exception alone; with the flag still set no client could be closed in order. */
  static InterruptedException of(InterruptException e) {
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }
}
