package dev.explanations.worker.deadletters;

import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Keeps the newest dead letters of those it is given, in any order. Used by one thread only. */
final class Newest {

  private static final Comparator<DeadLetter> OLDEST_FIRST =
      Comparator.comparing(DeadLetter::timestamp)
          .thenComparingInt(DeadLetter::partition)
          .thenComparingLong(DeadLetter::offset);

  private final int limit;
  private final @Nullable ErrorCode reason;
  private final RequestDecoder decoder;
  private final PriorityQueue<DeadLetter> letters = new PriorityQueue<>(OLDEST_FIRST);
  private final Map<Integer, Integer> matches = new HashMap<>();

  Newest(int limit, @Nullable ErrorCode reason, RequestDecoder decoder) {
    this.limit = limit;
    this.reason = reason;
    this.decoder = decoder;
  }

  void add(ConsumerRecord<byte[], byte[]> letter) {
    if (!DeadLetter.hasReason(reason, letter.headers())) {
      return;
    }
    matches.merge(letter.partition(), 1, Integer::sum);
    DeadLetter oldest = letters.size() < limit ? null : letters.peek();
    // read only if it may be kept: the value is parsed for it
    if (oldest == null || !Instant.ofEpochMilli(letter.timestamp()).isBefore(oldest.timestamp())) {
      letters.add(DeadLetter.of(letter, decoder));
      if (letters.size() > limit) {
        letters.remove();
      }
    }
  }

  /** Whether what is older in that partition cannot be among the newest. */
  boolean isFullOf(int partition) {
    return matches.getOrDefault(partition, 0) >= limit;
  }

  /** The newest first. */
  List<DeadLetter> list() {
    return letters.stream().sorted(OLDEST_FIRST.reversed()).toList();
  }
}
