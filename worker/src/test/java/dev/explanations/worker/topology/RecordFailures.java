package dev.explanations.worker.topology;

import dev.explanations.worker.topology.ExplainProcessor.RecordFailure;

/** Makes failures for tests of other packages. */
public final class RecordFailures {

  private RecordFailures() {}

  public static RecordFailure of(Throwable cause) {
    return new RecordFailure("requests/0/7", cause);
  }
}
