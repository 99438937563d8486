package dev.explanations.worker.records;

import dev.explanations.worker.contract.ResultJson;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.RequestFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What the topics that outsiders read take at most of one record, in bytes. What the worker writes
 * there is made to fit.
 */
public record TopicLimits(int results, int deadLetters) {

  /** An origin, a reason and a digest, with the names of their headers. */
  public static final int LEAST_FOR_DEAD_LETTERS = 1024;

  /** What any request or explanation may have beside it on its way through the worker's topics. */
  private static final int ROOM = 8 * 1024;

  /** Characters of an explanation, at most; JSON escapes take up to six bytes for each. */
  private static final int EXPLANATION = 32 * 1024;

  /** The worker's own topics for requests must take these. */
  public static int leastForRequests(int maxRequestBytes) {
    return maxRequestBytes + ROOM;
  }

  public static int leastForOutcomes() {
    return 6 * EXPLANATION + ROOM;
  }

  /** A topic of the longest {@code unavailable} result without headers and detail. */
  public static int leastForResults() {
    String widest = "\uD83D\uDE00";
    String requestId = widest.repeat(128);
    ExplanationResult result =
        new ExplanationResult(
            requestId,
            Status.UNAVAILABLE,
            new RequestFields(
                widest.repeat(200),
                widest.repeat(300),
                Detail.DETAILED.wireName(),
                widest.repeat(64),
                "x".repeat(64)),
            null,
            ErrorCode.CIRCUIT_BREAKER_OPEN,
            null,
            null,
            Integer.MAX_VALUE,
            Instant.ofEpochSecond(0, 999_999_999),
            Instant.ofEpochSecond(0, 999_999_999));
    return Sizes.onTheWire(
        requestId.getBytes(StandardCharsets.UTF_8),
        new ResultJson().write(result),
        new RecordHeaders());
  }
}
