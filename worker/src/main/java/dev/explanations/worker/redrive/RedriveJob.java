package dev.explanations.worker.redrive;

import dev.explanations.worker.explanation.ErrorCode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters to send back.
 *
 * @param id of the job: a later run with the same id goes on where the last one stopped
 * @param reason only dead letters of this reason; {@code null}: of any
 * @param limit how many are sent at most, by all runs of the job together
 * @param dryRun count only, and change nothing
 */
public record RedriveJob(String id, @Nullable ErrorCode reason, long limit, boolean dryRun) {

  public static final long NO_LIMIT = Long.MAX_VALUE;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * @throws IllegalArgumentException if the id or the limit is not allowed
   */
  public RedriveJob {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "the id must be letters, digits, '.', '_' and '-', at most 100 characters");
    }
    if (limit < 1) {
      throw new IllegalArgumentException("the limit must be at least 1");
    }
  }

  /** An id that no other job has. */
  public static String newId(Instant now) {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    return SECONDS.format(now) + "-" + random;
  }

  /** Terms that a run with the same id must repeat. */
  String terms() {
    return "reason=%s limit=%s"
        .formatted(
            reason == null ? "any" : reason.wireName(), limit == NO_LIMIT ? "none" : "" + limit);
  }
}
