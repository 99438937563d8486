package dev.explanations.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation.BreakerChanged;
import dev.explanations.lab.guarantees.Observation.Cached;
import dev.explanations.lab.guarantees.Observation.MetricsRead;
import dev.explanations.lab.guarantees.Observation.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The soak in a short form; {@code lab soak} is the long one. Three brokers and workers that start
 * again take two cores for a minute: too much for every build, so {@code -Dit.soak=true} runs it.
 */
@EnabledIfSystemProperty(named = "it.soak", matches = "true")
class SoakIT {

  /** Both workers are killed, calls get empty bodies, a broker stops, retries are poisoned. */
  private static final long SEED = 89;

  @Test
  void halfAMinuteOfFaults_breaksNoPromise() throws Exception {
    SoakOptions options = new SoakOptions();
    options.minutes = 0.5;
    options.workers = 2;
    options.rate = 10;
    options.overload = 20;
    options.seed = SEED;

    SoakRun.Outcome outcome = new SoakRun(options, line -> {}).run();

    assertThat(outcome.violations()).as(outcome.report()).isEmpty();
    assertThat(outcome.figures().unanswered()).as(outcome.report()).isZero();
    assertThat(outcome.figures().results()).isGreaterThan(200);
    assertThat(outcome.figures().faults()).as(outcome.report()).isNotEmpty();
    assertThat(outcome.report()).doesNotContain("fault not made or not ended");
    assertThat(outcome.figures().kinds())
        .as("what the promises are judged by has been seen")
        .contains(MetricsRead.class, Progress.class, Cached.class, BreakerChanged.class);
  }
}
