package dev.explanations.worker.cache;

import dev.explanations.worker.explanation.Usage;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the tier does. Thread-safe. */
final class TierCounters {

  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder sets = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder timeouts = new LongAdder();
  final LongAdder tokens = new LongAdder();

  void hit(Usage saved) {
    hits.increment();
    tokens.add(saved.totalTokens());
  }

  void failed(boolean timeout) {
    (timeout ? timeouts : errors).increment();
  }

  CacheTierStatistics snapshot() {
    return new CacheTierStatistics(
        hits.sum(),
        misses.sum(),
        skipped.sum(),
        sets.sum(),
        errors.sum(),
        timeouts.sum(),
        tokens.sum());
  }
}
