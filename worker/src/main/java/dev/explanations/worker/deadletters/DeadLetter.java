package dev.explanations.worker.deadletters;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.Words;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.records.WorkerHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as an operator sees it. Texts are one line each and cut to a length; what headers
 * do not say is {@code null} or 0.
 *
 * @param key {@code null} also when it is not UTF-8
 * @param requestId {@code null} when none can be read
 * @param topic of the request, {@code null} when it cannot be read; the same for the subtopic
 * @param firstSeen when the worker first saw the request
 * @param attempts calls that failed
 * @param replays how often the request had been sent back before
 * @param truncated cut to fit its topic, so it cannot be sent back
 * @param valueBytes {@code null} when the value is
 * @param value the beginning of it, with replacement characters for what is not UTF-8
 */
public record DeadLetter(
    int partition,
    long offset,
    Instant timestamp,
    @Nullable String key,
    @Nullable String requestId,
    @Nullable String topic,
    @Nullable String subtopic,
    @Nullable String reason,
    @Nullable String error,
    @Nullable String origin,
    @Nullable Instant firstSeen,
    long attempts,
    long replays,
    boolean truncated,
    @Nullable Integer valueBytes,
    @Nullable String value) {

  private static final int MAX_REPLAYS = 1_000_000;
  private static final int MAX_TEXT = 500;
  private static final int MAX_VALUE_TEXT = 1_000;

  /** UTF-8 needs at most four bytes for a code point. */
  private static final int MAX_VALUE_BYTES = 4 * MAX_VALUE_TEXT;

  /** A larger value is not parsed for its topic: hundreds of them would take too long. */
  private static final int MAX_PARSED_BYTES = 64 * 1024;

  static DeadLetter of(ConsumerRecord<byte[], byte[]> letter, RequestDecoder decoder) {
    Headers headers = letter.headers();
    OptionalLong firstSeen = WorkerHeaders.number(headers, HeaderNames.FIRST_SEEN);
    byte @Nullable [] value = letter.value();
    String contentType = WorkerHeaders.text(headers, CloudEvents.CONTENT_TYPE);
    RequestFields fields = fields(letter.key(), value, contentType, decoder);
    return new DeadLetter(
        letter.partition(),
        letter.offset(),
        Instant.ofEpochMilli(letter.timestamp()),
        utf8(letter.key()),
        cut(decoder.requestId(letter.key(), value, contentType)),
        cut(fields.topic()),
        cut(fields.subtopic()),
        cut(WorkerHeaders.text(headers, HeaderNames.REASON)),
        cut(WorkerHeaders.text(headers, HeaderNames.ERROR)),
        cut(WorkerHeaders.text(headers, HeaderNames.ORIGIN)),
        firstSeen.isPresent() ? Instant.ofEpochMilli(firstSeen.getAsLong()) : null,
        WorkerHeaders.number(headers, HeaderNames.ATTEMPT).orElse(0),
        replaysIn(headers),
        isTruncated(headers),
        value == null ? null : value.length,
        value == null ? null : text(value));
  }

  /** Whether a dead letter with these headers was given up for this reason; {@code null}: any. */
  public static boolean hasReason(@Nullable ErrorCode reason, Headers headers) {
    return reason == null
        || reason.wireName().equals(WorkerHeaders.text(headers, HeaderNames.REASON));
  }

  /** How often the request was sent back before; bounded, since a producer may claim anything. */
  public static long replaysIn(Headers headers) {
    return Math.clamp(WorkerHeaders.number(headers, HeaderNames.REPLAYS).orElse(0), 0, MAX_REPLAYS);
  }

  public static boolean isTruncated(Headers headers) {
    return headers.lastHeader(HeaderNames.TRUNCATED) != null;
  }

  private static RequestFields fields(
      byte @Nullable [] key,
      byte @Nullable [] value,
      @Nullable String contentType,
      RequestDecoder decoder) {
    if (value == null || value.length > MAX_PARSED_BYTES) {
      return RequestFields.NONE;
    }
    return switch (decoder.decode(key, value, contentType)) {
      case Decoded.Valid(var request) -> RequestFields.of(request);
      case Decoded.Invalid invalid -> invalid.fields();
    };
  }

  private static String text(byte[] value) {
    int length = Math.min(value.length, MAX_VALUE_BYTES);
    return Words.cut(new String(value, 0, length, StandardCharsets.UTF_8), MAX_VALUE_TEXT);
  }

  private static @Nullable String utf8(byte @Nullable [] key) {
    try {
      return key == null
          ? null
          : cut(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null ? null : Words.cut(text, MAX_TEXT);
  }
}
