package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  sealed interface Verdict {

    /** The filter does not want it. */
    record Unwanted() implements Verdict {}

    /** Wanted, but it cannot or must not be sent. */
    record Skip(Cause cause) implements Verdict {}

    record Send(ProducerRecord<byte[], byte[]> request) implements Verdict {}
  }

  Verdict of(ConsumerRecord<byte[], byte[]> letter) {
    LetterHeaders headers = new LetterHeaders(letter.headers());
    if (!headers.isOf(reason)) {
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
    return Sizes.onTheWire(request.key(), request.value(), request.headers()) > maxRequestBytes
        ? new Verdict.Skip(Cause.TOO_LARGE)
        : new Verdict.Send(request);
  }
}
