package dev.explanations.worker.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.deadletters.DeadLetterReader;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.redrive.RedriveJob;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses requests about dead letters; throws a {@link Problem} 400 for what is wrong. */
final class RedriveRequest {
  private static final Set<String> FIELDS = Set.of("id", "reason", "limit", "dryRun");
  private static final Pattern LIMIT = Pattern.compile("\\d{1,3}");

  private RedriveRequest() {}

  /**
   * The job that a body asks for.
   *
   * @param body an empty one asks for all dead letters
   * @param newId id of the job, unless the body names one to go on with
   */
  static RedriveJob of(byte[] body, String newId) {
    JsonNode json = JsonBodies.readObject(body, FIELDS);
    JsonNode limit = json.path("limit");
    if (!absent(limit) && !(limit.isIntegralNumber() && limit.canConvertToLong())) {
      throw bad("limit must be a whole number.");
    }
    JsonNode dryRun = json.path("dryRun");
    if (!absent(dryRun) && !dryRun.isBoolean()) {
      throw bad("dryRun must be true or false.");
    }
    String id = JsonBodies.text(json, "id");
    try {
      return new RedriveJob(
          id == null ? newId : id,
          reason(JsonBodies.text(json, "reason")),
          absent(limit) ? RedriveJob.NO_LIMIT : limit.longValue(),
          dryRun.asBoolean(false));
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage() + ".");
    }
  }

  static @Nullable ErrorCode reason(@Nullable String name) {
    return name == null
        ? null
        : ErrorCode.ofWireName(name)
            .orElseThrow(
                () ->
                    bad(
                        Arrays.stream(ErrorCode.values())
                            .map(ErrorCode::wireName)
                            .collect(Collectors.joining(", ", "reason must be one of: ", "."))));
  }

  /** Limit of a look at the newest. */
  static int limit(@Nullable String text) {
    if (text == null) {
      return DeadLetterReader.DEFAULT_LIMIT;
    }
    int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > DeadLetterReader.MAX_LIMIT) {
      throw bad("limit must be from 1 to %d.".formatted(DeadLetterReader.MAX_LIMIT));
    }
    return limit;
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static Problem bad(String detail) {
    return new Problem(400, detail);
  }
}
