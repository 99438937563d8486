package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class StreamClientsTest {

  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void producerThatIsClosedInTheMidstOfATransaction_leavesNothingToCommit() {
    CommitPace pace = new CommitPace(Duration.ofMillis(100), () -> NOW);
    Clock clock = Clock.systemUTC();
    StreamClients clients =
        new StreamClients(
            () -> new PollTime(Duration.ofMillis(100), () -> Instant.MAX, NOW),
            () -> pace,
            () -> {},
            new OpenWork(),
            clock);
    // there is no broker, so the record goes nowhere
    Producer<byte[], byte[]> producer =
        clients.getProducer(Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", 1L));
    var _ = producer.send(new ProducerRecord<>("results", new byte[0]));
    assertThat(pace.patience(WAIT)).isZero();

    producer.close(Duration.ZERO);

    assertThat(pace.patience(WAIT)).isEqualTo(WAIT);
  }
}
