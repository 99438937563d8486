package dev.explanations.worker.gate;

import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.settings.Settings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A Resilience4j circuit breaker: {@code failureThreshold} consecutive failures open it, after
 * {@code timeout} it half-opens and admits probes, {@code successThreshold} successes close it, one
 * failed probe opens it again.
 *
 * <p>Resilience4j alone behaves so only while calls come one by one. A call may end in another
 * state than it began in: a late failure would spoil a recovery, a late release would add a probe.
 * Hence the epoch, raised at every transition and kept by each call: the end of a call from an
 * earlier epoch is ignored. Resilience4j also waits for all probes and closes if one succeeded;
 * here the first failed probe opens it.
 *
 * <p>Used under the dispatcher's lock only, without timers of Resilience4j: with them a call could
 * begin between a transition and its epoch. Half-open needs no time limit, since every call reports
 * its end.
 */
final class Breaker {

  private static final Logger log = LoggerFactory.getLogger(Breaker.class);

  private final CircuitBreaker breaker;
  private final boolean enabled;
  private final int probes;
  private final Duration timeout;
  private final Clock clock;
  private long epoch;
  private int freeProbes;
  private int failures;
  private int successes;
  private Instant openUntil = Instant.MAX;
  private @Nullable Instant lastFailure;
  private final Transitions transitions;

  Breaker(String name, Settings.CircuitBreaker settings, Clock clock) {
    this.enabled = settings.enabled();
    this.probes = settings.successThreshold();
    this.timeout = settings.timeout();
    this.clock = clock;
    this.breaker = CircuitBreaker.of(name, config(settings, clock));
    if (!enabled) {
      breaker.transitionToDisabledState();
    }
    this.transitions = new Transitions(state());
  }

  /** A failure rate of 100 % in a window of {@code failureThreshold} calls: so many in a row. */
  private static CircuitBreakerConfig config(Settings.CircuitBreaker settings, Clock clock) {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.failureThreshold())
        .minimumNumberOfCalls(settings.failureThreshold())
        .failureRateThreshold(100)
        .permittedNumberOfCallsInHalfOpenState(settings.successThreshold())
        .waitDurationInOpenState(settings.timeout())
        .automaticTransitionFromOpenToHalfOpenEnabled(false)
        // by default a call of a minute counts as slow, and slow calls open the breaker
        .slowCallDurationThreshold(Duration.ofDays(365))
        .clock(clock)
        .build();
  }

  String name() {
    return breaker.getName();
  }

  /** Whether a call may begin. */
  boolean admits() {
    return switch (breaker.getState()) {
      case CLOSED, DISABLED, METRICS_ONLY -> true;
      case HALF_OPEN -> freeProbes > 0;
      case OPEN, FORCED_OPEN -> false;
    };
  }

  /** How many more calls may begin. */
  int room() {
    return breaker.getState() == CircuitBreaker.State.HALF_OPEN
        ? freeProbes
        : admits() ? Integer.MAX_VALUE : 0;
  }

  boolean isHalfOpen() {
    return breaker.getState() == CircuitBreaker.State.HALF_OPEN;
  }

  /** When the breaker half-opens; {@link Instant#MAX} unless failures have opened it. */
  Instant openUntil() {
    return openUntil;
  }

  /** Half-opens the breaker when {@link #openUntil} has passed. */
  void tick() {
    if (!clock.instant().isBefore(openUntil)) {
      breaker.transitionToHalfOpenState();
      beginEpoch();
      freeProbes = probes;
      changed(Level.INFO).addKeyValue("probes", probes).log("Circuit breaker HALF-OPEN");
    }
  }

  /** Admits one call; returns the epoch that its end must name, or empty if no call may begin. */
  OptionalLong tryAcquire() {
    if (!admits() || !breaker.tryAcquirePermission()) {
      return OptionalLong.empty();
    }
    freeProbes -= isHalfOpen() ? 1 : 0;
    return OptionalLong.of(epoch);
  }

  void succeeded(long epoch) {
    if (epoch != this.epoch) {
      return;
    }
    failures = 0;
    boolean probe = isHalfOpen();
    successes += probe ? 1 : 0;
    breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    if (probe && !isHalfOpen()) {
      changed(Level.INFO)
          .addKeyValue("success_count", successes)
          .log("Circuit breaker CLOSED after successful recovery");
      beginEpoch();
    }
  }

  /**
   * @param cause text for the log, without secrets
   */
  void failed(long epoch, String cause) {
    if (epoch != this.epoch || !enabled) {
      return;
    }
    failures++;
    lastFailure = clock.instant();
    boolean probe = isHalfOpen();
    if (probe) {
      // before Resilience4j hears of it: after the last probe it would close if one had succeeded
      breaker.transitionToOpenState();
    }
    breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(cause));
    if (breaker.getState() == CircuitBreaker.State.OPEN) {
      beginEpoch();
      openUntil = clock.instant().plus(timeout);
      changed(Level.ERROR)
          .addKeyValue("failure_count", failures)
          .addKeyValue("probe_failed", probe)
          .addKeyValue("probes_after", timeout)
          .addKeyValue("cause", cause)
          .log("Circuit breaker OPENED due to failures");
    }
  }

  /** The call has ended without a statement about the model's health. */
  void released(long epoch) {
    if (epoch == this.epoch) {
      breaker.releasePermission();
      freeProbes += isHalfOpen() ? 1 : 0;
    }
  }

  /** Closes the breaker and forgets all failures. */
  void reset() {
    State before = state();
    breaker.reset();
    if (!enabled) {
      breaker.transitionToDisabledState();
    }
    beginEpoch();
    failures = 0;
    lastFailure = null;
    changed(Level.INFO).addKeyValue("before", before).log("Circuit breaker reset by hand");
  }

  /** Holds the breaker open until {@link #reset}; no effect if it is disabled. */
  void holdOpen() {
    if (enabled && breaker.getState() != CircuitBreaker.State.FORCED_OPEN) {
      breaker.transitionToForcedOpenState();
      beginEpoch();
      changed(Level.WARN).log("Circuit breaker held OPEN by hand until it is reset");
    }
  }

  BreakerStatus status() {
    return new BreakerStatus(
        name(),
        state(),
        failures,
        successes,
        lastFailure,
        breaker.getState() == CircuitBreaker.State.FORCED_OPEN);
  }

  BreakerHistory history() {
    return transitions.history();
  }

  /** The Resilience4j breaker, for metrics; not to be changed. */
  CircuitBreaker resilience4j() {
    return breaker;
  }

  private State state() {
    return switch (breaker.getState()) {
      case CLOSED, METRICS_ONLY -> State.CLOSED;
      case OPEN, FORCED_OPEN -> State.OPEN;
      case HALF_OPEN -> State.HALF_OPEN;
      case DISABLED -> State.DISABLED;
    };
  }

  private void beginEpoch() {
    epoch++;
    transitions.now(state(), clock.instant());
    successes = 0;
    freeProbes = 0;
    openUntil = Instant.MAX;
  }

  /** One line per change of state. Messages are constant, so that alerts on their text work. */
  private LoggingEventBuilder changed(Level level) {
    return log.atLevel(level).addKeyValue("name", name());
  }
}
