package dev.explanations.worker.kafka;

/** The worker refuses to start; the message is one line for the person who can mend it. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
