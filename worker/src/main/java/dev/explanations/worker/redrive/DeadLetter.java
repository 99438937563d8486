package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.contract.Words;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as an operator sees it, without its payload. Texts are one line each and cut to a
 * length; what its headers do not tell is {@code null}, or 0.
 *
 * @param key {@code null} also when it is not UTF-8
 * @param requestId {@code null} when none can be read
 * @param firstSeen when the worker first saw the request
 * @param attempts calls that failed
 * @param replays how often the request had been sent back before
 * @param truncated not whole, so it cannot be sent back
 * @param valueBytes {@code null} when the value is
 */
public record DeadLetter(
    int partition,
    long offset,
    Instant timestamp,
    @Nullable String key,
    @Nullable String requestId,
    @Nullable String reason,
    @Nullable String error,
    @Nullable String origin,
    @Nullable Instant firstSeen,
    long attempts,
    long replays,
    boolean truncated,
    @Nullable Integer valueBytes) {

  private static final int MAX_TEXT = 500;

  static DeadLetter of(ConsumerRecord<byte[], byte[]> letter, RequestDecoder decoder) {
    LetterHeaders headers = new LetterHeaders(letter.headers());
    Long firstSeen = headers.number(HeaderNames.FIRST_SEEN);
    Long attempts = headers.number(HeaderNames.ATTEMPT);
    byte @Nullable [] value = letter.value();
    return new DeadLetter(
        letter.partition(),
        letter.offset(),
        Instant.ofEpochMilli(letter.timestamp()),
        utf8(letter.key()),
        decoder.requestId(letter.key(), value),
        cut(headers.text(HeaderNames.REASON)),
        cut(headers.text(HeaderNames.ERROR)),
        cut(headers.text(HeaderNames.ORIGIN)),
        firstSeen == null ? null : Instant.ofEpochMilli(firstSeen),
        attempts == null ? 0 : attempts,
        headers.replays(),
        headers.has(HeaderNames.TRUNCATED),
        value == null ? null : value.length);
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
