package dev.explanations.worker.dispatch;

/** The dispatcher's answer to a task that wants a call made. */
public sealed interface Admission {

  /** A flight has begun; its outcome will carry this id. */
  record Accepted(String callId) implements Admission {}

  /** A flight for the same key is under way, begun by an earlier owner in this process. */
  record UnderWay(String callId) implements Admission {}

  /** The model has refused this question: a wake record tells when to offer it again. */
  record PassedOver() implements Admission {}

  /** No room now: offer again when an outcome has been read, or a little later. */
  record NoRoom() implements Admission {}
}
