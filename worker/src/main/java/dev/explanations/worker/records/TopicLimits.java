package dev.explanations.worker.records;

import dev.explanations.worker.contract.ResultJson;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.explanation.Usd;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Largest record in bytes of the two topics that others read. The worker cuts its own. */
public record TopicLimits(int results, int deadLetters) {

  /** Room for origin, reason, size and digest with their header names. */
  public static final int LEAST_FOR_DEAD_LETTERS = 1024;

  /** Room for everything that the worker adds to a request or an explanation in its own topics. */
  private static final int ROOM = 8 * 1024;

  /** Most characters of an explanation; a JSON escape takes six bytes for one. */
  private static final int EXPLANATION = 32 * 1024;

  /** Smallest limit of the worker's own topics for requests. */
  public static int leastForRequests(int maxRequestBytes) {
    return maxRequestBytes + ROOM;
  }

  public static int leastForOutcomes() {
    return 6 * EXPLANATION + ROOM;
  }

  /** Smallest limit of the results topic: the longest result without explanation and detail. */
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
            new Usd(Long.MAX_VALUE),
            Integer.MAX_VALUE,
            Instant.ofEpochSecond(0, 999_999_999),
            Instant.ofEpochSecond(0, 999_999_999));
    return Sizes.onTheWire(
        requestId.getBytes(StandardCharsets.UTF_8),
        new ResultJson().write(result),
        new RecordHeaders());
  }
}
