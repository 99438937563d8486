package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.store.HitCounts.Hits;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HitCountsTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final HitCounts counts = new HitCounts();

  private static Validity expiring(int seconds) {
    return new Validity(FoldedHashes.NONE, Generation.UNKNOWN, NOW.plusSeconds(seconds));
  }

  @Test
  void hits_areOfOneEntry_andBeginAnewWithTheNext() {
    counts.add("k", expiring(10), NOW);
    counts.add("k", expiring(10), NOW.plusSeconds(1));
    assertThat(counts.of("k", expiring(10))).contains(new Hits(2, NOW));
    assertThat(counts.of("k", expiring(20))).isEmpty();
    assertThat(counts.of("other", expiring(10))).isEmpty();

    counts.add("k", expiring(20), NOW.plusSeconds(2));
    assertThat(counts.of("k", expiring(20))).contains(new Hits(1, NOW.plusSeconds(2)));
  }

  @Test
  void leastRecentlyUsed_areForgotten() {
    counts.add("old", expiring(10), NOW);
    counts.add("used", expiring(10), NOW);
    for (int i = 2; i < HitCounts.MAX_ENTRIES; i++) {
      counts.add("k-" + i, expiring(10), NOW);
    }
    counts.add("used", expiring(10), NOW);
    counts.add("new", expiring(10), NOW);

    assertThat(counts.of("old", expiring(10))).isEmpty();
    assertThat(counts.of("used", expiring(10))).contains(new Hits(2, NOW));
  }
}
