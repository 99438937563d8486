package dev.explanations.worker.redrive;

/** A job cannot be run as it was asked for; the message is one line for the person who asked. */
public final class RedriveException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RedriveException(String message) {
    super(message);
  }

  RedriveException(String message, Throwable cause) {
    super(message, cause);
  }
}
