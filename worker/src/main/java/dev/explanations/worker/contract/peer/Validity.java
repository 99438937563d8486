package dev.explanations.worker.contract.peer;

import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Instant;
import java.util.Objects;

/**
 * For how long an explanation counts.
 *
 * @param hashes by which it may be invalidated
 * @param generation captured before its call began, or when it was looked up: what came after may
 *     concern it
 * @param expiresAt from then on it is not used, whatever came
 */
public record Validity(FoldedHashes hashes, Generation generation, Instant expiresAt) {

  /** Of an explanation that is kept nowhere. */
  public static final Validity NONE =
      new Validity(FoldedHashes.NONE, Generation.UNKNOWN, Instant.EPOCH);

  public Validity {
    // absent in stores of an older version, whose cache keys nobody asks for any more
    hashes = Objects.requireNonNullElse(hashes, FoldedHashes.NONE);
  }
}
