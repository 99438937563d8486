package dev.explanations.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Latency;
import dev.explanations.lab.simulator.script.Reply;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatorConcurrencyTest {

  private static final int CALLS = 512;

  @Test
  void slowCalls_areAllInFlightAtOnce() {
    try (GeminiSimulator simulator = GeminiSimulator.start(Behaviour.of(new Reply.Hang()));
        SimulatorClient client = new SimulatorClient(simulator)) {
      for (int i = 0; i < CALLS; i++) {
        CompletableFuture<HttpResponse<String>> _ = client.askAsync("prompt " + i);
      }

      await()
          .untilAsserted(() -> assertThat(simulator.statistics().peakInFlight()).isEqualTo(CALLS));
      assertThat(simulator.statistics().calls()).isEqualTo(CALLS);
      assertThat(simulator.statistics().repeatedCalls()).isZero();
    }
  }

  @Test
  void lognormalLatency_hasItsMedian_andATail() {
    Latency latency = new Latency.LogNormal(Duration.ofMillis(100), 0.5);
    Random random = new Random(7);

    List<Duration> sorted =
        IntStream.range(0, 10_000).mapToObj(i -> latency.next(random)).sorted().toList();

    assertThat(sorted.get(5_000)).isBetween(Duration.ofMillis(97), Duration.ofMillis(103));
    assertThat(sorted.get(9_900)).isBetween(Duration.ofMillis(290), Duration.ofMillis(350));
  }
}
