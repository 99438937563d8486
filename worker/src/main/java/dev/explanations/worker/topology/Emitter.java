package dev.explanations.worker.topology;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultJson;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.store.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a processor sends: always with the wall clock's time, never with headers of the
 * worker that belong elsewhere. Used by one stream thread.
 */
final class Emitter {

  /** Framing of a record and its batch, and the worker's own headers, generously. */
  private static final int OVERHEAD = 2048;

  private static final ResultJson RESULTS = new ResultJson();

  private final Outlet out;
  private final Sinks sinks;
  private final RequestTraces traces;
  private final int maxDeadLetterBytes;
  private final FlowListener listener;

  Emitter(
      Outlet out,
      Sinks sinks,
      RequestTraces traces,
      int maxDeadLetterBytes,
      FlowListener listener) {
    this.out = out;
    this.sinks = sinks;
    this.traces = traces;
    this.maxDeadLetterBytes = maxDeadLetterBytes;
    this.listener = listener;
  }

  void accepted(byte[] questionHash, byte[] value, Headers headers) {
    forward(questionHash, value, headers, Sinks.ACCEPTED);
  }

  void retry(byte[] questionHash, byte[] value, Headers headers, ErrorCode reason) {
    forward(questionHash, value, headers, Sinks.RETRIES);
    listener.retried(reason);
  }

  void result(ExplanationResult result, Headers headers) {
    byte[] key = result.requestId().getBytes(StandardCharsets.UTF_8);
    traces.emitted(headers, result.status().wireName(), result.completedAt());
    forward(key, RESULTS.write(result), headers, sinks.results());
    listener.answered(result);
  }

  /** A dead letter, and a rejected result if there is an id to send it to and it wants one. */
  void refused(
      Record<byte[], byte[]> record,
      Origin origin,
      Instant now,
      ErrorCode code,
      String detail,
      @Nullable String requestId,
      RequestFields fields) {
    Headers headers = RecordHeadersText.inbound(record.headers());
    traces.takenIn(headers, origin, now, code);
    if (requestId != null && !RecordHeadersText.isWarmUp(headers)) {
      // a result must fit its topic: headers that made the request too large stay behind
      boolean fit = code != ErrorCode.REQUEST_TOO_LARGE;
      result(
          ExplanationResult.refused(requestId, fields, code, detail, now),
          fit ? copy(headers) : new RecordHeaders());
    }
    RecordHeadersText.set(headers, HeaderNames.ATTEMPT, 0);
    RecordHeadersText.set(headers, HeaderNames.FIRST_SEEN, now.toEpochMilli());
    deadLetter(record.key(), record.value(), headers, origin, code, detail);
  }

  /** Sends the original; what the topic would not take is cut, first the value, then headers. */
  void deadLetter(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      Origin origin,
      ErrorCode code,
      @Nullable String detail) {
    int limit = maxDeadLetterBytes - OVERHEAD;
    int originalSize = Sizes.of(key, value, RecordHeadersText.inbound(headers));
    if (Sizes.of(key, value, headers) > limit) {
      if (Sizes.of(key, null, headers) > limit) {
        headers = RecordHeadersText.numbers(headers);
      }
      if (Sizes.of(key, null, headers) > limit) {
        key = null;
      }
      int room = limit - Sizes.of(key, null, headers);
      value = value == null || value.length <= room ? value : Arrays.copyOf(value, room);
      RecordHeadersText.set(headers, HeaderNames.TRUNCATED, originalSize);
    }
    RecordHeadersText.set(headers, HeaderNames.ORIGIN, origin.text());
    RecordHeadersText.set(headers, HeaderNames.REASON, code.wireName());
    if (detail != null) {
      RecordHeadersText.set(headers, HeaderNames.ERROR, detail);
    }
    forward(key, value, headers, sinks.deadLetters());
    listener.deadLetter(code);
  }

  private void forward(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, String sink) {
    out.send(key, value, headers, sink);
  }

  static Headers copy(Headers headers) {
    return new RecordHeaders(headers);
  }
}
