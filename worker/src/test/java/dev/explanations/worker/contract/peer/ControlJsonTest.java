package dev.explanations.worker.contract.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.contract.Schemas;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.ControlRecord.Departed;
import dev.explanations.worker.contract.peer.ControlRecord.Expired;
import dev.explanations.worker.contract.peer.ControlRecord.Heartbeat;
import dev.explanations.worker.contract.peer.ControlRecord.Ordered;
import dev.explanations.worker.contract.peer.ControlRecord.PartitionSpent;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.Spent;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlJsonTest {

  private static final String HASH = "0a".repeat(32);

  private final ControlJson json = new ControlJson();

  static Stream<ControlRecord> records() {
    return Stream.concat(
        Stream.of(
                new ClearCache(),
                new InvalidateCache(new Target(Kind.EXPLANATION, HASH)),
                new InvalidateCache(new Target(Kind.TOPIC, HASH)),
                new HoldBreakerOpen("google_ai"),
                new ResetBreaker("google_ai:a/b"),
                new Pause(),
                new Resume(),
                new SetCandidateShare(0),
                new SetCandidateShare(0.2),
                new SetCandidateShare(1),
                new SetBudget(BudgetLimits.OF_SETTINGS),
                new SetBudget(new BudgetLimits(new Usd(25_100_000_001L), null)),
                new SetBudget(new BudgetLimits(Usd.ZERO, Usd.MAX)))
            .map(c -> new Ordered(c, Instant.parse("2026-11-23T12:00:00.123Z"), "w 🌱")),
        Stream.of(
            new Heartbeat("w1", -1, Instant.EPOCH),
            new Heartbeat("generation", Long.MAX_VALUE, Instant.EPOCH),
            new PartitionSpent(0, Spent.NOTHING),
            new PartitionSpent(9_999, spent())));
  }

  private static Spent spent() {
    LocalDate day = LocalDate.parse("2026-11-29");
    return Spent.NOTHING
        .plus(Charge.of(new Usage(42, 180, 222), new Usd(462_600)), day)
        .plus(Charge.of(new Usage(1, 2, 3), null), day)
        .plus(Charge.UNKNOWN, day.plusDays(1));
  }

  @ParameterizedTest
  @MethodSource("records")
  void read_givesWhatWasWritten_andItMatchesTheSchema(ControlRecord record) {
    byte[] written = Objects.requireNonNull(json.value(record));

    assertThat(json.read(json.key(record), written)).contains(record);
    assertThat(Schemas.validate("control", Schemas.json(written))).isEmpty();
  }

  @Test
  void hugeTotals_ofAllPartitions_areASumThatNoBudgetAllows() {
    LocalDate day = LocalDate.parse("2026-11-29");
    Usd huge = new Usd(Long.MAX_VALUE / 4);
    Charge charge = new Charge(1, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, huge, 0, 0);
    Ledger ledger = Ledgers.ofAnyDay();
    for (int partition = 0; partition < Bounds.PARTITIONS; partition++) {
      var told = new PartitionSpent(partition, new Spent(day, charge, charge, huge));
      var read = json.read(json.key(told), json.value(told)).orElseThrow();
      ledger.told(partition, ((PartitionSpent) read).spent());
    }
    assertThat(ledger.on(day).cost()).isGreaterThan(Usd.MAX);
    assertThat(ledger.on(day).promptTokens()).isPositive();
  }

  @Test
  void tombstones_haveNoValue() {
    for (ControlRecord tombstone : new ControlRecord[] {new Departed("w1"), new Expired(HASH)}) {
      assertThat(json.value(tombstone)).isNull();
      assertThat(json.read(json.key(tombstone), null)).contains(tombstone);
    }
  }

  @Test
  void key_isTheSame_forAllThatIsSaidOfASubject() {
    Instant at = Instant.EPOCH;

    assertThat(json.key(new Ordered(new Pause(), at, "a")))
        .isEqualTo(json.key(new Ordered(new Resume(), at, "b")));
    assertThat(json.key(new Ordered(new HoldBreakerOpen("x"), at, "a")))
        .isEqualTo(json.key(new Ordered(new ResetBreaker("x"), at, "b")));
    assertThat(json.key(new Heartbeat("w1", 1, at))).isEqualTo(json.key(new Departed("w1")));
    assertThat(json.key(new Expired(HASH)))
        .isEqualTo(
            json.key(new Ordered(new InvalidateCache(new Target(Kind.TOPIC, HASH)), at, "a")));
  }

  @Test
  void read_ignoresUnknownFields() {
    assertThat(read("worker/w1", "{\"new\":[],\"applied\":1,\"at\":\"1970-01-01T00:00:00Z\"}"))
        .contains(new Heartbeat("w1", 1, Instant.EPOCH));
  }

  private Optional<ControlRecord> read(String key, String value) {
    return json.read(key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "cache/generation | {",
        "cache/generation | null",
        "cache/generation | []",
        "cache/generation | {'by':'w'}",
        "cache/generation | {'at':'today','by':'w'}",
        "cache/other      | {'at':'1970-01-01T00:00:00Z','by':'w'}",
        "cache/invalid/0A | {'at':'1970-01-01T00:00:00Z','by':'w','kind':'topic'}",
        "cache/invalid/   | {'at':'1970-01-01T00:00:00Z','by':'w','kind':'topic'}",
        "breaker/         | {'at':'1970-01-01T00:00:00Z','by':'w','state':'open'}",
        "breaker/x        | {'at':'1970-01-01T00:00:00Z','by':'w','state':'ajar'}",
        "worker/paused    | {'at':'1970-01-01T00:00:00Z','by':'w','paused':'yes'}",
        "worker/paused    | {'at':'1970-01-01T00:00:00Z','applied':1}",
        "worker/w1        | {'at':'1970-01-01T00:00:00Z','applied':1.5}",
        "worker/          | {'at':'1970-01-01T00:00:00Z','applied':1}",
        "worker/w1        | {'at':'1970-01-01T00:00:00Z','applied':-2}",
        "worker/w1        | {'at':'1970-01-01T00:00:00Z','applied':9223372036854775808}",
        "worker/w1        | {'at':'+300000000-01-01T00:00:00Z','applied':1}",
        "cache/generation | {'at':'+1000000000-12-31T23:59:59.999999999Z','by':'w'}",
        "cache/generation | {'at':'-000001-01-01T00:00:00Z','by':'w'}",
        "budget           | {'at':'1970-01-01T00:00:00Z','by':'w','perDayUsd':-1}",
        "budget           | {'at':'1970-01-01T00:00:00Z','by':'w','perDayUsd':1e400}",
        "budget           | {'at':'1970-01-01T00:00:00Z','by':'w','perMonthUsd':1000001}",
        "budget           | {'at':'1970-01-01T00:00:00Z','by':'w','perMonthUsd':'1'}",
        "spent/1          | {}",
        "spent/1          | {'day':'today'}",
        "spent/1          | {'day':'1969-12-31'}",
        "spent/1          | {'day':'2026-11-30','onDay':7}",
        "spent/1          | {'day':'2026-11-30','onDay':{'calls':1.5}}",
        "spent/1          | {'day':'2026-11-30','dearestNanos':-1}",
        "spent/01         | {'day':'2026-11-30'}",
        "spent/-1         | {'day':'2026-11-30'}",
        "spent/10000      | {'day':'2026-11-30'}",
        "spent/           | {'day':'2026-11-30'}",
        "robot/w1         | {'at':'1970-01-01T00:00:00Z','by':'w','state':'open'}"
      })
  void read_isEmpty_whenUnreadable(String key, String value) {
    assertThat(read(key, value.replace('\'', '"'))).isEmpty();
  }

  @Test
  void read_isEmpty_whenANameIsTooLong() {
    String tooLong = "x".repeat(501);
    String at = "\"at\":\"1970-01-01T00:00:00Z\"";

    assertThat(read("worker/" + tooLong, "{" + at + ",\"applied\":1}")).isEmpty();
    assertThat(read("breaker/" + tooLong, "{" + at + ",\"by\":\"w\",\"state\":\"open\"}"))
        .isEmpty();
    assertThat(read("cache/generation", "{" + at + ",\"by\":\"" + tooLong + "\"}")).isEmpty();
  }

  @Test
  void read_isEmpty_whenNobodyWritesSuchARecord() {
    assertThat(json.read(null, new byte[0])).isEmpty();
    assertThat(json.read("worker/paused".getBytes(UTF_8), null)).isEmpty();
    assertThat(json.read("breaker/google_ai".getBytes(UTF_8), null)).isEmpty();
    assertThat(json.read(new byte[] {(byte) 0xff, 0}, new byte[] {(byte) 0xff})).isEmpty();
  }

  @Test
  void target_isAHash() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Target(Kind.TOPIC, "Photosynthesis"));
  }
}
