package dev.explanations.worker.records;

/** A task failed while it handled the record itself, and nothing around it is to blame. */
public final class RecordFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  public RecordFailure(String record, Throwable cause) {
    super("the worker failed over the record " + record, cause);
  }
}
