package dev.explanations.worker.cache;

import dev.explanations.worker.explanation.Usage;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the tier does. Safe for use by many threads. */
final class TierCounters {

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder sets = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder timeouts = new LongAdder();
  private final LongAdder tokens = new LongAdder();

  void hit(Usage saved) {
    hits.increment();
    tokens.add(saved.totalTokens());
  }

  void miss() {
    misses.increment();
  }

  void skipped() {
    skipped.increment();
  }

  void set() {
    sets.increment();
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
