package dev.explanations.worker.dispatch;

/** The dispatcher's answer to a task that wants a call made. */
public sealed interface Admission {

  /** The call will be made; its outcome will carry this id. */
  record Accepted(String callId) implements Admission {}

  /** A call for the same key is under way already, begun by an earlier owner in this process. */
  record UnderWay(String callId) implements Admission {}

  /** Gemini has refused this question, and others are to try first: a wake tells when it may. */
  record PassedOver() implements Admission {}

  /** No room now: ask again when an outcome has arrived, or a little later. */
  record NoRoom() implements Admission {}
}
