package dev.explanations.worker.records;

/**
 * Names in Kafka that redrives use. All of them begin with the application id.
 *
 * @param ledger topic of the letters that were sent back
 * @param transactionalId of all jobs of the application: a new run fences the others
 * @param groupPrefix each job keeps its offsets in a group named by this and the job's id
 */
public record RedriveNames(String ledger, String transactionalId, String groupPrefix) {

  public static RedriveNames of(String applicationId) {
    return new RedriveNames(
        applicationId + "-redriven", applicationId + "-redrive", applicationId + "-redrive-");
  }
}
