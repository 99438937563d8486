package dev.explanations.worker.flow;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultJson;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.records.Arrival;
import dev.explanations.worker.records.Arrival.Original;
import dev.explanations.worker.records.Letter;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Sends a processor's records. Used by the stream thread only. */
public record Emitter(
    Outlet out, Sinks sinks, RequestTraces traces, TopicLimits limits, FlowListener listener) {

  private static final ResultJson RESULTS = new ResultJson();

  public void accepted(byte[] questionHash, byte[] value, Headers headers) {
    out.send(questionHash, value, headers, Sinks.ACCEPTED);
  }

  public void retry(byte[] questionHash, byte[] value, Headers headers, ErrorCode reason) {
    out.send(questionHash, value, headers, Sinks.RETRIES);
    listener.retried(reason);
  }

  /**
   * Sends a result unless it is too large for the results topic. Removes the content type of a
   * CloudEvent from the headers, since a result is no CloudEvent.
   */
  public boolean tryResult(ExplanationResult result, Headers headers) {
    if (CloudEvents.isStructured(WorkerHeaders.text(headers, CloudEvents.CONTENT_TYPE))) {
      headers.remove(CloudEvents.CONTENT_TYPE);
    }
    byte[] key = result.requestId().getBytes(StandardCharsets.UTF_8);
    byte[] value = RESULTS.write(result);
    if (Sizes.onTheWire(key, value, headers) > limits.results()) {
      return false;
    }
    traces.emitted(headers, result.status().wireName(), result.completedAt());
    out.send(key, value, headers, sinks.results());
    listener.answered(result);
    return true;
  }

  /** Sends a failed result; if it is too large, without headers, then without detail. */
  public void result(ExplanationResult result, Headers headers) {
    boolean sent =
        tryResult(result, headers)
            || tryResult(result, new RecordHeaders())
            || tryResult(result.withoutErrorDetail(), new RecordHeaders());
    if (!sent) {
      throw new IllegalStateException("BUG: the results topic takes no result");
    }
  }

  /** Sends a dead letter and, if there is an id and no warm-up, a {@code rejected} result. */
  public void rejected(
      Arrival arrival,
      Origin origin,
      Instant now,
      ErrorCode code,
      String detail,
      @Nullable String requestId,
      RequestFields fields) {
    Headers headers = copy(arrival.headers());
    traces.takenIn(headers, origin, now, code);
    if (requestId != null && !WorkerHeaders.isWarmUp(headers)) {
      // not with the headers that made the request too large
      boolean fit = code != ErrorCode.REQUEST_TOO_LARGE;
      result(
          ExplanationResult.invalid(requestId, fields, code, detail, now),
          fit ? copy(headers) : new RecordHeaders());
    }
    WorkerHeaders.set(headers, HeaderNames.ATTEMPT, 0);
    WorkerHeaders.set(headers, HeaderNames.FIRST_SEEN, now.toEpochMilli());
    deadLetter(arrival.key(), arrival.value(), headers, origin, code, detail, arrival.original());
  }

  /**
   * Sends a request as a dead letter, cut to what the topic takes.
   *
   * @param cutBefore measures of the original if it was cut when it was read
   */
  public void deadLetter(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      Origin origin,
      ErrorCode code,
      @Nullable String detail,
      @Nullable Original cutBefore) {
    WorkerHeaders.set(headers, HeaderNames.ORIGIN, origin.text());
    WorkerHeaders.set(headers, HeaderNames.REASON, code.wireName());
    if (detail != null) {
      WorkerHeaders.set(headers, HeaderNames.ERROR, detail);
    }
    Letter letter = Letter.fitting(key, value, headers, cutBefore, limits.deadLetters());
    out.send(letter.key(), letter.value(), letter.headers(), sinks.deadLetters());
    listener.deadLetter(code);
  }

  public static Headers copy(Headers headers) {
    return new RecordHeaders(headers);
  }
}
