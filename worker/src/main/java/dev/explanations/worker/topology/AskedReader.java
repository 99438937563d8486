package dev.explanations.worker.topology;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads what intake accepted or the retry topic brings back, with the headers that tell its past.
 * The record's key names the question alone: model and prompt join it here, where calls are made.
 */
final class AskedReader {

  private final RequestDecoder decoder;
  private final String model;
  private final Duration requestTimeout;
  private final Duration longestBackoff;

  /**
   * @param model the one that this worker prefers
   */
  AskedReader(
      RequestDecoder decoder, String model, Duration requestTimeout, Duration longestBackoff) {
    this.decoder = decoder;
    this.model = model;
    this.requestTimeout = requestTimeout;
    this.longestBackoff = longestBackoff;
  }

  /** Empty for a record that the worker cannot have written. */
  Optional<PendingRequest> read(
      Record<String, ExplainInput> record, byte @Nullable [] value, Instant now) {
    Headers headers = record.headers();
    String origin = RecordHeadersText.text(headers, HeaderNames.ORIGIN);
    if (record.key() == null || value == null || origin == null) {
      return Optional.empty();
    }
    Header key = headers.lastHeader(HeaderNames.KEY);
    byte[] originalKey = key == null ? null : key.value();
    try {
      ExplanationRequest request = decoder.read(originalKey, value);
      // later than now, where the clock has been set back since
      Instant firstSeen = earlier(instant(headers, HeaderNames.FIRST_SEEN, now), now);
      Instant deadline = request.deadline();
      ErrorCode error = error(RecordHeadersText.text(headers, HeaderNames.ERROR));
      // one that waits for a breaker is due when that lets calls through; what it brings is a bound
      Instant due =
          error == ErrorCode.CIRCUIT_BREAKER_OPEN
              ? now
              : dueTime(error, instant(headers, HeaderNames.NOT_BEFORE, now), now);
      return Optional.of(
          new PendingRequest(
              CacheKey.of(request, model, Prompt.VERSION).value(),
              Origin.parse(origin),
              originalKey,
              value,
              RecordHeadersText.toStore(RecordHeadersText.inbound(headers)),
              firstSeen,
              (int) RecordHeadersText.number(headers, HeaderNames.ATTEMPT).orElse(0),
              due,
              deadline == null ? firstSeen.plus(requestTimeout) : clamp(deadline, firstSeen),
              request.onUnavailable(),
              error,
              null));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** No later than anything backs off, unless Gemini has named a delay. */
  private Instant dueTime(@Nullable ErrorCode error, Instant notBefore, Instant now) {
    boolean named = error == ErrorCode.RATE_LIMITED || error == ErrorCode.QUOTA_EXHAUSTED;
    return named ? notBefore : earlier(notBefore, now.plus(longestBackoff));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** The timers hold milliseconds since the epoch: a year before that or far beyond is cut. */
  private static Instant clamp(Instant deadline, Instant firstSeen) {
    Instant latest = firstSeen.plus(Duration.ofDays(36_500));
    if (deadline.isAfter(latest)) {
      return latest;
    }
    return deadline.isBefore(Instant.EPOCH) ? Instant.EPOCH : deadline;
  }

  private static Instant instant(Headers headers, String name, Instant otherwise) {
    long millis = RecordHeadersText.number(headers, name).orElse(otherwise.toEpochMilli());
    return Instant.ofEpochMilli(Math.max(0, millis));
  }

  private static @Nullable ErrorCode error(@Nullable String wireName) {
    return wireName == null ? null : ErrorCode.ofWireName(wireName).orElse(null);
  }
}
