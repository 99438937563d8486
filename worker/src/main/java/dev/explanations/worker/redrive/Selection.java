package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.deadletters.DeadLetter;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    SentOffsets sent,
    int maxReplays,
    String requests,
    int maxRequestBytes) {

  sealed interface Decision {

    /** Does not match the filter. */
    record Unwanted() implements Decision {}

    /** Wanted, but it cannot or must not be sent. */
    record Skip(Cause cause) implements Decision {}

    record Send(ProducerRecord<byte[], byte[]> request) implements Decision {}
  }

  Decision decide(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = letter.headers();
    if (!DeadLetter.hasReason(reason, headers)) {
      return new Decision.Unwanted();
    }
    if (sent.contains(letter.partition(), letter.offset())) {
      return new Decision.Skip(Cause.SENT_BEFORE);
    }
    if (DeadLetter.isTruncated(headers)) {
      return new Decision.Skip(Cause.TRUNCATED);
    }
    if (DeadLetter.replaysIn(headers) >= maxReplays) {
      return new Decision.Skip(Cause.REPLAYED_TOO_OFTEN);
    }
    // a partition of null: chosen by the key, as a producer would
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(requests, null, letter.key(), letter.value(), forReplay(headers));
    return Sizes.onTheWire(request.key(), request.value(), request.headers()) > maxRequestBytes
        ? new Decision.Skip(Cause.TOO_LARGE)
        : new Decision.Send(request);
  }

  /** Headers that the producer may set, in their order, and the number of this replay. */
  private static Headers forReplay(Headers letter) {
    Headers request = WorkerHeaders.inbound(letter);
    WorkerHeaders.set(request, HeaderNames.REPLAYS, DeadLetter.replaysIn(letter) + 1);
    return request;
  }
}
