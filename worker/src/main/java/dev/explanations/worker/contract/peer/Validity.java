package dev.explanations.worker.contract.peer;

import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a cached explanation may be served.
 *
 * @param hashes that invalidations match
 * @param generation captured before its call or look-up began: any later command may void it
 * @param calledAt when its call began; the epoch if that is not known
 * @param expiresAt when it expires
 */
public record Validity(
    FoldedHashes hashes, Generation generation, Instant calledAt, Instant expiresAt) {

  /** Of an outcome that is not cached. */
  public static final Validity NONE =
      new Validity(FoldedHashes.NONE, Generation.UNKNOWN, Instant.EPOCH);

  public Validity {
    // absent in stores of an older version, whose cache keys nobody asks for any more
    hashes = Objects.requireNonNullElse(hashes, FoldedHashes.NONE);
    calledAt = Objects.requireNonNullElse(calledAt, Instant.EPOCH);
  }

  /** Of a call whose begin is not known. */
  public Validity(FoldedHashes hashes, Generation generation, Instant expiresAt) {
    this(hashes, generation, Instant.EPOCH, expiresAt);
  }

  /**
   * Whether its call is young enough.
   *
   * @param earliestCall {@code null} is any
   */
  public boolean isCalledSince(@Nullable Instant earliestCall) {
    return earliestCall == null || !calledAt.isBefore(earliestCall);
  }
}
