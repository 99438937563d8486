package dev.explanations.worker.deadletters;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Ranges of offsets from the end of each partition backwards, each twice as long as the last. Used
 * by one thread only.
 */
final class Windows {

  private final Map<TopicPartition, Long> beginnings;
  private final Map<TopicPartition, Long> open;
  private final Map<TopicPartition, Long> ends;
  private long length;

  /**
   * @param wanted records of one partition
   */
  Windows(Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends, int wanted) {
    this.beginnings = beginnings;
    this.open = new HashMap<>(ends);
    this.ends = new HashMap<>(ends);
    // each transaction adds a mark to one record or more
    this.length = 2L * wanted;
  }

  /**
   * Moves each partition to its next window towards the beginning.
   *
   * @param satisfied partitions to leave out
   * @return whether any partition has a window
   */
  boolean next(IntPredicate satisfied) {
    ends.putAll(open);
    open.entrySet()
        .removeIf(
            window ->
                satisfied.test(window.getKey().partition())
                    || window.getValue() <= first(window.getKey()));
    open.replaceAll((partition, end) -> Math.max(first(partition), end - length));
    length *= 2;
    return !open.isEmpty();
  }

  Set<TopicPartition> open() {
    return open.keySet();
  }

  long begin(TopicPartition partition) {
    return open.getOrDefault(partition, 0L);
  }

  long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private long first(TopicPartition partition) {
    return beginnings.getOrDefault(partition, 0L);
  }
}
