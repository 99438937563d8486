package dev.explanations.lab.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void tally_isExactlyOnce_whenEachRequestHasOneResult() {
    publish("a", 0);
    publish("b", 0);
    arrive("b", "gemini", 10);
    arrive("a", "coalesced", 20);

    Tally tally = ledger.tally();
    assertThat(tally.exactlyOnce()).isTrue();
    assertThat(tally.requests()).isEqualTo(2);
    assertThat(tally.results()).isEqualTo(2);
    assertThat(tally.byStatus()).containsOnlyKeys("explained").containsEntry("explained", 2L);
    assertThat(tally.from("gemini")).isEqualTo(1);
    assertThat(tally.byError()).isEmpty();
  }

  @Test
  void tally_wantsTwoResults_forTwoRequestsWithOneId() {
    publish("a", 0);
    publish("a", 0);
    arrive("a", "gemini", 10);
    assertThat(ledger.tally().lost()).isEqualTo(1);

    arrive("a", "state_store", 20);
    assertThat(ledger.tally().exactlyOnce()).isTrue();

    arrive("a", "state_store", 30);
    assertThat(ledger.tally().doubled()).isEqualTo(1);
  }

  @Test
  void tally_tellsLostFromDoubled_whenTheTotalsAreEqual() {
    publish("a", 0);
    publish("b", 0);
    arrive("a", "gemini", 10);
    arrive("a", "gemini", 20);

    assertThat(ledger.tally().lost()).isEqualTo(1);
    assertThat(ledger.tally().doubled()).isEqualTo(1);
    assertThat(ledger.tally().exactlyOnce()).isFalse();
  }

  @Test
  void tally_keepsResultsOfOthersApart() {
    publish("a", 0);
    arrive("a", "gemini", 10);
    arrive("somebody else's", "gemini", 20);

    assertThat(ledger.tally().results()).isEqualTo(1);
    assertThat(ledger.tally().unexpected()).isEqualTo(1);
    assertThat(ledger.tally().exactlyOnce()).isTrue();
  }

  @Test
  void latencies_pairEachResultWithItsRequest() {
    publish("a", 0);
    publish("a", 100);
    publish("never answered", 0);
    arrive("a", "gemini", 1_000);
    arrive("a", "gemini", 1_200);

    Latencies latencies = ledger.latencies();
    assertThat(latencies.count()).isEqualTo(2);
    assertThat(latencies.quantile(0.5)).isEqualTo(Duration.ofNanos(1_000));
    assertThat(latencies.quantile(0.99)).isEqualTo(Duration.ofNanos(1_100));
  }

  @Test
  void quantile_isZero_withoutResults() {
    assertThat(ledger.latencies().quantile(0.5)).isEqualTo(Duration.ZERO);
  }

  @Test
  void awaitResults_givesUp_inTime() throws Exception {
    publish("a", 0);
    assertThat(ledger.awaitResults(Duration.ofMillis(20))).isFalse();
  }

  @Test
  void awaitResults_returns_whenTheLastResultArrives() {
    publish("a", 0);
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ledger.awaitResults(Duration.ofSeconds(30));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    arrive("a", "gemini", 10);
    assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
  }

  private void publish(String id, long nanos) {
    ledger.published(id, nanos);
  }

  private void arrive(String id, String source, long nanos) {
    ledger.arrived(new Result(id, "explained", source, null, 1, nanos));
  }
}
