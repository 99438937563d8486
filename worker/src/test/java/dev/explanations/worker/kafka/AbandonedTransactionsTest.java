package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which transactions count as abandoned; {@code KilledWorkerIT} has them ended. */
class AbandonedTransactionsTest {

  private static final String FIRST = "app-00000000-0000-0000-0000-000000000001";
  private static final String SECOND = "app-00000000-0000-0000-0000-000000000002";
  private static final List<String> FIRST_IS_MEMBER = List.of(FIRST + "-StreamThread-1-consumer");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @AutoClose
  private final AbandonedTransactions looks =
      new AbandonedTransactions(new RecordingAdmin().admin(), "app", Clock.systemUTC());

  @Test
  void threadThatIsNoMemberAnyMore_hasAbandonedItsTransaction() {
    assertThat(looks.abandoned(Set.of(FIRST + "-1"), FIRST_IS_MEMBER, START)).isEmpty();

    assertThat(looks.abandoned(Set.of(FIRST + "-1"), List.of(), START.plusSeconds(6)))
        .containsExactly(FIRST + "-1");
  }

  /** The broker keeps the name of a static member when another process takes its place. */
  @Test
  void processThatTookAnothersPlace_isNotFenced_thoughTheGroupHasNoMemberOfItsName() {
    for (int second = 0; second < 100; second++) {
      assertThat(looks.abandoned(Set.of(SECOND + "-1"), FIRST_IS_MEMBER, START.plusSeconds(second)))
          .isEmpty();
    }
  }

  @Test
  void threadThatLeftLongAgo_isForgotten() {
    looks.abandoned(Set.of(), FIRST_IS_MEMBER, START);
    looks.abandoned(Set.of(), List.of(), START.plus(Duration.ofMinutes(2)));

    assertThat(looks.abandoned(Set.of(FIRST + "-1"), List.of(), START.plus(Duration.ofMinutes(2))))
        .isEmpty();
  }

  @Test
  void memberWithANameOfItsOwn_makesAllNamesMeaningless() {
    looks.abandoned(Set.of(), FIRST_IS_MEMBER, START);

    assertThat(looks.abandoned(Set.of(FIRST + "-1"), List.of("mine-consumer"), START)).isEmpty();
  }
}
