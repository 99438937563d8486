package dev.explanations.worker.contract;

import java.time.Instant;

/**
 * For how long an explanation counts.
 *
 * @param topicHash of its topic, of which all may be invalidated together
 * @param generation captured before its call began, or when it was looked up: what came after may
 *     concern it
 * @param expiresAt from then on it is not used, whatever came
 */
public record Validity(String topicHash, Generation generation, Instant expiresAt) {

  /** Of an explanation that is kept nowhere. */
  public static final Validity NONE = new Validity("", Generation.UNKNOWN, Instant.EPOCH);
}
