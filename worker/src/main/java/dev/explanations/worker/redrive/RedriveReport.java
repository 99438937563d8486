package dev.explanations.worker.redrive;

import dev.explanations.worker.explanation.WireName;
import java.util.Map;

/**
 * What one run of a job did; of a dry run, what it would have done.
 *
 * @param matched dead letters of the wanted reason that were looked at: sent or skipped
 * @param sent requests that are in the request topic now
 * @param sentBefore what earlier runs of the same job had sent
 * @param skipped how many matched but were not sent, by cause; causes that did not occur are absent
 */
public record RedriveReport(
    String id,
    boolean dryRun,
    End end,
    long matched,
    long sent,
    long sentBefore,
    Map<Cause, Long> skipped) {

  public RedriveReport {
    skipped = Map.copyOf(skipped);
  }

  public enum End {
    /** Every dead letter that was there when the job started has been looked at. */
    COMPLETE,
    LIMIT_REACHED,
    /**
     * Another run was started meanwhile, of this job or another, or a transaction took too long.
     * What this run counts is sent; a run with the same id does the rest.
     */
    FENCED
  }

  /** Why a dead letter that matched was not sent. */
  public enum Cause implements WireName {
    /** Another job has sent it back. */
    SENT_BEFORE,
    TRUNCATED,
    /** It has been sent back {@code REDRIVE_MAX_REPLAYS} times. */
    REPLAYED_TOO_OFTEN,
    /** The request topic takes no record of its size. */
    TOO_LARGE;
  }
}
