package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Decides which dead letters go back, and as what.
 *
 * @param reason {@code null}: any
 * @param maxRequestBytes what the request topic takes
 */
record Selection(
    @Nullable ErrorCode reason,
    SentLetters sent,
    int maxReplays,
    String requests,
    int maxRequestBytes) {

  /** Framing of a record and of a batch with nothing else in it, generously. */
  private static final int OVERHEAD = 128;

  private static final int OVERHEAD_PER_HEADER = 10;

  Verdict of(ConsumerRecord<byte[], byte[]> letter) {
    LetterHeaders headers = new LetterHeaders(letter.headers());
    if (reason != null && !reason.wireName().equals(headers.text(HeaderNames.REASON))) {
      return new Verdict.Unwanted();
    }
    if (sent.contains(letter.partition(), letter.offset())) {
      return new Verdict.Skip(Cause.SENT_BEFORE);
    }
    if (headers.has(HeaderNames.TRUNCATED)) {
      return new Verdict.Skip(Cause.TRUNCATED);
    }
    if (headers.replays() >= maxReplays) {
      return new Verdict.Skip(Cause.REPLAYED_TOO_OFTEN);
    }
    // a partition of null: chosen by the key, as a producer would
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(requests, null, letter.key(), letter.value(), headers.forReplay());
    return size(request) > maxRequestBytes
        ? new Verdict.Skip(Cause.TOO_LARGE)
        : new Verdict.Send(request);
  }

  private static long size(ProducerRecord<byte[], byte[]> request) {
    return OVERHEAD + length(request.key()) + length(request.value()) + size(request.headers());
  }

  private static long size(Headers headers) {
    long size = 0;
    for (Header header : headers) {
      size += header.key().getBytes(StandardCharsets.UTF_8).length;
      size += length(header.value()) + OVERHEAD_PER_HEADER;
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
