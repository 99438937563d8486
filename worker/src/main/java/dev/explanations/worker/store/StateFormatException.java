package dev.explanations.worker.store;

/** A task's stores have a later format than this version can read. The worker ends. */
public final class StateFormatException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public StateFormatException(long found, long known) {
    super(
        "The state of this APPLICATION_ID has format %d, this version reads %d: run the version that"
                .formatted(found, known)
            + " wrote it, or start under another APPLICATION_ID");
  }
}
