package dev.explanations.worker.task;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.flow.ExplainSettings;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads request records of the accepted and the retry topic, with the headers that tell their past.
 * The record's key is the question's hash; the cache key, with model and prompt, is computed here.
 * Used by the stream thread only.
 */
final class RequestRecordReader {

  /** Furthest that another worker's clock may be ahead. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private static final long MAX_ATTEMPTS = 1_000_000;

  /** Above the 100 headers that intake lets through and the worker's own. */
  private static final int MAX_HEADERS = 200;

  /** Above the largest {@code MAX_REQUEST_BYTES}, which may have changed since intake. */
  private static final int MAX_BYTES = TopicLimits.leastForRequests(768 * 1024);

  private final RequestDecoder decoder;
  private final ExplainSettings settings;

  RequestRecordReader(RequestDecoder decoder, ExplainSettings settings) {
    this.decoder = decoder;
    this.settings = settings;
  }

  /**
   * A request that was read.
   *
   * @param mended whether headers were out of bounds and were replaced by defaults
   */
  record Result(PendingRequest request, boolean mended) {}

  /**
   * Reads a record; empty if it is no request. Headers out of bounds do not lose a request, they
   * get defaults: the record itself as origin, now as time of arrival, 0 attempts.
   *
   * @param place topic, partition and offset of the record itself
   */
  Optional<Result> read(
      Record<String, ExplainInput> record, byte @Nullable [] value, Origin place, Instant now) {
    Headers headers = record.headers();
    if (value == null
        || headers.toArray().length > MAX_HEADERS
        || Sizes.of(null, value, headers) > MAX_BYTES) {
      return Optional.empty();
    }
    Origin origin = origin(headers, place);
    OptionalLong seen = WorkerHeaders.number(headers, HeaderNames.FIRST_SEEN);
    OptionalLong attempt = WorkerHeaders.number(headers, HeaderNames.ATTEMPT);
    ErrorCode error = error(WorkerHeaders.text(headers, HeaderNames.ERROR));
    boolean mended =
        origin.equals(place)
            || !isWithin(seen, now.plus(AHEAD).toEpochMilli())
            || !isWithin(attempt, MAX_ATTEMPTS);
    byte[] originalKey = WorkerHeaders.bytes(headers, HeaderNames.KEY);
    try {
      String contentType = WorkerHeaders.text(headers, CloudEvents.CONTENT_TYPE);
      ExplanationRequest request = decoder.read(originalKey, value, contentType);
      // in the future if the clock was set back since
      Instant firstSeen = earlier(instant(seen, now.plus(AHEAD), now), now);
      Instant deadline = request.deadline();
      PendingRequest read =
          new PendingRequest(
              settings.prompts().keyOf(request),
              origin,
              originalKey,
              value,
              WorkerHeaders.toStore(WorkerHeaders.inbound(headers)),
              firstSeen,
              isWithin(attempt, MAX_ATTEMPTS) ? (int) attempt.orElse(0) : 0,
              // also on a retry: it waits for a breaker, so it is due when calls may begin
              now,
              deadline == null
                  ? firstSeen.plus(settings.requests().timeout())
                  : clamp(deadline, firstSeen),
              request.onUnavailable(),
              error,
              null,
              earliestCall(request, firstSeen),
              null,
              request);
      return Optional.of(new Result(read, mended));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Instant earliestCall(ExplanationRequest request, Instant firstSeen) {
    Duration maxAge = request.maxAge();
    if (maxAge == null) {
      return null;
    }
    Instant earliest = firstSeen.minus(maxAge);
    return earliest.isBefore(Instant.EPOCH) ? Instant.EPOCH : earliest;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Clamps a deadline: from the epoch to 100 years after the request was first seen. */
  private static Instant clamp(Instant deadline, Instant firstSeen) {
    Instant latest = firstSeen.plus(Duration.ofDays(36_500));
    if (deadline.isAfter(latest)) {
      return latest;
    }
    return deadline.isBefore(Instant.EPOCH) ? Instant.EPOCH : deadline;
  }

  private static Instant instant(OptionalLong millis, Instant latest, Instant otherwise) {
    return millis.isPresent() && isWithin(millis, latest.toEpochMilli())
        ? Instant.ofEpochMilli(millis.getAsLong())
        : otherwise;
  }

  /** An absent header is within all bounds. */
  private static boolean isWithin(OptionalLong number, long max) {
    return number.isEmpty() || (number.getAsLong() >= 0 && number.getAsLong() <= max);
  }

  static Origin origin(Headers headers, Origin place) {
    String text = WorkerHeaders.text(headers, HeaderNames.ORIGIN);
    try {
      return text == null ? place : Origin.parse(text);
    } catch (IllegalArgumentException e) {
      return place;
    }
  }

  private static @Nullable ErrorCode error(@Nullable String wireName) {
    return wireName == null ? null : ErrorCode.ofWireName(wireName).orElse(null);
  }
}
