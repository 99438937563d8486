package dev.explanations.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.faults.FaultPlan.Planned;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultPlanTest {

  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
  private static final Scope SCOPE =
      new Scope(List.of("w1", "w2", "w3"), List.of("Biology", "Physics"), List.of("a", "b"), true);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 50);
  }

  @Test
  void sameSeed_makesTheSamePlan_andAnotherSeedAnother() {
    assertThat(told(plan(7))).isEqualTo(told(plan(7))).isNotEqualTo(told(plan(8)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void halfAnHour_hasFaultsOfEachKind_enoughOfThemOfMachines(long seed) {
    List<FaultKind> kinds =
        plan(seed).faults().stream().map(planned -> planned.fault().kind()).toList();

    assertThat(kinds).hasSizeGreaterThanOrEqualTo(200);
    assertThat(kinds.stream().filter(FaultKind::isOfMachines)).hasSizeGreaterThanOrEqualTo(40);
    assertThat(EnumSet.copyOf(kinds))
        .containsAll(EnumSet.complementOf(EnumSet.of(FaultKind.DISK, FaultKind.VERSION)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void faultsThatLast_shareNothing_andTheLastTenthIsCalm(long seed) {
    List<Planned> faults = plan(seed).faults();

    assertThat(faults).allMatch(each -> each.end().compareTo(Duration.ofMinutes(27)) <= 0);
    for (int i = 0; i < faults.size(); i++) {
      for (Planned later : faults.subList(i + 1, faults.size())) {
        Planned earlier = faults.get(i);
        boolean together = later.begin().compareTo(earlier.end()) < 0;
        assertThat(together && shareSomething(earlier, later))
            .as("%s, %s", earlier, later)
            .isFalse();
      }
    }
  }

  @Test
  void allSeedsTogether_haveADiskAndAVersion() {
    Set<FaultKind> kinds =
        seeds()
            .boxed()
            .flatMap(seed -> plan(seed).faults().stream())
            .map(planned -> planned.fault().kind())
            .collect(Collectors.toSet());

    assertThat(kinds).contains(FaultKind.DISK, FaultKind.VERSION);
  }

  @Test
  void withoutRightToMount_noDiskIsFilled() {
    Scope scope = new Scope(SCOPE.workers(), SCOPE.topics(), List.of("a"), false);

    assertThat(FaultPlan.of(1, Duration.ofHours(10), scope).faults())
        .extracting(planned -> planned.fault().kind())
        .doesNotContain(FaultKind.DISK, FaultKind.VERSION);
  }

  private static boolean shareSomething(Planned one, Planned other) {
    return !Collections.disjoint(one.fault().holds(), other.fault().holds());
  }

  private static FaultPlan plan(long seed) {
    return FaultPlan.of(seed, HALF_AN_HOUR, SCOPE);
  }

  private static List<String> told(FaultPlan plan) {
    return plan.faults().stream()
        .map(each -> each.begin() + " " + each.fault().name() + " " + each.lasts())
        .toList();
  }
}
