package dev.explanations.worker.redrive;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Set of dead letters that were sent back: a bit each, in pages of neighbours, so that a million
 * take some hundred kilobytes. Used by one thread only.
 */
final class SentOffsets {

  private static final int PAGE_BITS = 16;
  private static final long IN_PAGE = (1L << PAGE_BITS) - 1;

  private final Map<Page, BitSet> pages = new HashMap<>();

  private record Page(int partition, long number) {
    static Page of(int partition, long offset) {
      return new Page(partition, offset >>> PAGE_BITS);
    }
  }

  void add(int partition, long offset) {
    pages.computeIfAbsent(Page.of(partition, offset), _ -> new BitSet()).set(bit(offset));
  }

  void remove(int partition, long offset) {
    BitSet page = pages.get(Page.of(partition, offset));
    if (page != null) {
      page.clear(bit(offset));
    }
  }

  boolean contains(int partition, long offset) {
    BitSet page = pages.get(Page.of(partition, offset));
    return page != null && page.get(bit(offset));
  }

  private static int bit(long offset) {
    return (int) (offset & IN_PAGE);
  }
}
