package dev.explanations.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.ControlJson;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.fuzz.Choice;
import dev.explanations.worker.fuzz.Corpus;
import dev.explanations.worker.fuzz.Fuzz;
import dev.explanations.worker.fuzz.JsonFuzz;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Any record of the control topic is applied or passed over, and takes a bounded amount. */
class ControlFuzzTest {

  /** More than there may be names. */
  private static final int RECORDS = 1_500;

  private static final String HEARTBEAT = "{\"applied\":7,\"at\":\"2026-11-23T12:00:00Z\"}";
  private static final String HOLD_OPEN =
      "{\"state\":\"open\",\"at\":\"2026-11-23T12:00:00Z\",\"by\":\"w1\"}";

  private final JsonFuzz values = new JsonFuzz(Corpus.of("control"));
  private final ControlJson json = new ControlJson();

  @Test
  void records_areApplied_orPassedOver() {
    Fuzz.run("control topic", 4, this::run);
  }

  private void run(RandomGenerator random) {
    ManualClock clock = new ManualClock();
    Ledger ledger = Ledgers.ofAnyDay();
    Replica replica =
        new Replica(
            "me",
            Duration.ofHours(1),
            (_, _, _) -> CompletableFuture.completedFuture(null),
            ledger,
            clock,
            () -> {});
    replica.history("log-1", List.of(), 0);
    boolean heartbeats = random.nextBoolean();
    for (int offset = 0; offset < RECORDS; offset++) {
      // mostly good ones of one kind and of new names, so that bounds are reached
      boolean usual = !Choice.oneIn(random, 6);
      String subject = usual ? name(heartbeats ? "worker/" : "breaker/", random) : subject(random);
      byte[] key = subject.getBytes(StandardCharsets.UTF_8);
      byte[] value =
          usual
              ? (heartbeats ? HEARTBEAT : HOLD_OPEN).getBytes(StandardCharsets.UTF_8)
              : Choice.oneIn(random, 10) ? null : values.next(random);
      Instant writtenAt = Instant.ofEpochMilli(random.nextLong());
      var read = json.read(key, value);
      if (read.isEmpty()) {
        replica.skip(offset);
      } else {
        replica.follow(new Replica.Entry(read.get(), offset, writtenAt));
      }
      assertThat(replica.applied()).isEqualTo(offset);
    }
    assertThat(ledger.on(LocalDate.parse("2026-11-30")).calls()).isNotNegative();
    ControlState state = replica.state();
    assertThat(state.workers().size()).isLessThanOrEqualTo(ControlState.MAX_NAMES);
    assertThat(state.breakersHeldOpen().size()).isLessThanOrEqualTo(ControlState.MAX_NAMES);
    assertThat(replica.awaitApplied(RECORDS - 1, System.nanoTime()).applied()).contains("me");
  }

  private static String subject(RandomGenerator random) {
    String prefix =
        Choice.of(
            random,
            "cache/generation",
            "cache/invalid/",
            "breaker/",
            "worker/",
            "worker/paused",
            "budget",
            "spent/");
    return prefix.endsWith("/") ? name(prefix, random) : prefix;
  }

  private static String name(String prefix, RandomGenerator random) {
    return prefix + random.nextInt(1_000_000);
  }
}
