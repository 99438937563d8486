package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.spending.Budget;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a call may begin and which model it asks. A call needs a slot in flight, a model
 * whose circuit breaker admits it and that is not paused, room in the minute's requests and tokens,
 * and money in the budget. The end of a call updates each of them.
 *
 * <p>Never waits and starts no threads. Used under the dispatcher's lock only.
 */
public final class CallGate {

  private final ModelLines lines;
  private final InFlightLimit limit;
  private final MinuteRates rates;
  private final GateSettings settings;
  private final Budget budget;
  private final Clock clock;
  private int running;
  private boolean freed;
  private boolean exhausted;

  /**
   * @param models models by the names of their circuit breakers, in order of preference: a model
   *     whose breaker admits no call is skipped
   */
  public CallGate(
      Map<String, ExplanationModel> models, GateSettings settings, Budget budget, Clock clock) {
    this.lines = ModelLines.of(models, settings, clock);
    this.limit = new InFlightLimit(settings.maxInFlight());
    this.rates = new MinuteRates(settings.requestsPerMinute(), settings.tokensPerMinute());
    this.settings = settings;
    this.budget = budget;
    this.clock = clock;
  }

  /** A permit for a call, if it may begin now; given back by {@link #end} or {@link #notMade}. */
  public Optional<Permit> tryBegin(Prompt prompt) {
    Instant now = clock.instant();
    ModelLine line = !exhausted && running < limit.current() ? lines.next(prompt, now) : null;
    if (line == null || line.cooldown().lasts(now)) {
      return Optional.empty();
    }
    long estimate = rates.estimate(prompt);
    if (!rates.trySpend(estimate, now)) {
      return Optional.empty();
    }
    long breakerEpoch = line.breaker().tryAcquire().orElseThrow();
    running++;
    return Optional.of(
        new Permit(
            line,
            prompt,
            new Permit.Epochs(breakerEpoch, line.cooldown().epoch(), limit.epoch()),
            line.cooldown().begin(),
            estimate,
            now));
  }

  /** Whether budget and minute have room for the same call again: Gemini may count the first. */
  public boolean again(Permit permit) {
    return !exhausted && rates.trySpend(permit.tokens, clock.instant());
  }

  /** Gives back the permit of a call that was not made. */
  public void notMade(Permit permit) {
    running--;
    permit.line.cooldown().tried(permit.tryNumber);
    permit.line.breaker().released(permit.epochs.breaker());
  }

  /**
   * Gives a permit back with the call's outcome, also if this method throws: a probe that is never
   * given back would keep its breaker half-open for ever.
   *
   * @return the outcome that the question is to be told. {@code get} may wait for two seconds, as
   *     the meaning of a refusal depends on other calls: not to be called under the lock
   */
  public Supplier<Outcome> end(Permit permit, Outcome outcome) {
    running--;
    permit.line.cooldown().tried(permit.tryNumber);
    try {
      return learn(permit, outcome);
    } catch (RuntimeException | Error e) {
      permit.line.breaker().released(permit.epochs.breaker());
      throw e;
    }
  }

  private Supplier<Outcome> learn(Permit permit, Outcome outcome) {
    Instant now = clock.instant();
    Breaker breaker = permit.line.breaker();
    Cooldown cooldown = permit.line.cooldown();
    rates.ended(outcome.usage(), permit.tokens, permit.since, now);
    switch (outcome) {
      case Outcome.Explained _ -> {
        limit.onSuccess();
        breaker.succeeded(permit.epochs.breaker());
        permit.line.refusals().answered(permit.since);
        if (cooldown.succeeded(permit.epochs.cooldown())) {
          limit.restart();
        }
      }
      case Outcome.Throttled(ErrorCode code, _, var delay) -> {
        limit.onThrottled(permit.epochs.limit());
        breaker.released(permit.epochs.breaker());
        if (code == ErrorCode.QUOTA_EXHAUSTED) {
          cooldown.throttledOneByOne(permit.epochs.cooldown(), delay, now);
        } else {
          cooldown.throttled(permit.epochs.cooldown(), delay, now);
        }
      }
      case Outcome.Unavailable(ErrorCode code, String message, _) -> {
        if (code == ErrorCode.INCOMPLETE_ANSWER) {
          // a fault of the prompt rather than of the model's health
          breaker.released(permit.epochs.breaker());
        } else {
          failed(permit, message);
        }
      }
      case Outcome.Misconfigured(_, String message) -> {
        failed(permit, message);
        Refusals refusals = permit.line.refusals();
        refusals.misconfigured(
            permit.prompt,
            permit.since,
            new Outcome.Rejected(ErrorCode.MISCONFIGURED, message),
            now.plus(settings.maxPause()));
        if (refusals.isSuspected() && breaker.admits()) {
          cooldown.throttledOneByOne(permit.epochs.cooldown(), null, now);
        }
      }
      case Outcome.Rejected rejected -> {
        breaker.released(permit.epochs.breaker());
        if (rejected.code() == ErrorCode.MODEL_REJECTED) {
          return refused(permit, rejected, now);
        }
      }
      case Outcome.Unusable _, Outcome.Found _, Outcome.ConnectionLost _ ->
          breaker.released(permit.epochs.breaker());
    }
    return () -> outcome;
  }

  private Supplier<Outcome> refused(Permit permit, Outcome.Rejected rejected, Instant now) {
    ModelLine line = permit.line;
    Supplier<Outcome> told = line.refusals().refused(permit.prompt, permit.since, rejected);
    if (line.refusals().isSuspected()) {
      line.cooldown().throttledOneByOne(permit.epochs.cooldown(), null, now);
      line.model().misconfigured(Refusals.misconfigured(rejected));
    }
    return told;
  }

  private void failed(Permit permit, String message) {
    permit.line.breaker().failed(permit.epochs.breaker(), message);
    limit.onFailure();
  }

  /**
   * Applies timeouts: half-opens breakers, frees held questions; looks at the budget. To be called
   * at {@link #nextChange} at the latest, and when a call has ended.
   */
  public void tick() {
    boolean before = exhausted;
    exhausted = budget.look();
    if (before && !exhausted) {
      limit.restart();
    }
    Instant now = clock.instant();
    for (ModelLine line : lines.all()) {
      line.breaker().tick();
      freed |= line.refusals().release(now);
    }
  }

  /**
   * Earliest time at which a call may begin that may not begin now, if no call ends before; {@link
   * Instant#MAX} if there is none.
   *
   * @param next prompt of the next ready call; {@code null} if there is none
   */
  public Instant nextChange(@Nullable Prompt next) {
    Instant now = clock.instant();
    Instant change = lines.nextChange(now, budget.nextLook());
    return next == null ? change : ModelLine.sooner(rates.admitAt(next, now), now, change);
  }

  /**
   * Until when the gate is shut, unless a breaker is reset before; {@link Instant#MAX} if that is
   * unknown, since a breaker is held open or its probes are under way.
   */
  public Instant shutUntil() {
    return lines.openUntil();
  }

  public Opening opening() {
    Instant now = clock.instant();
    ModelLine line = lines.next(now);
    if (line == null || exhausted) {
      return line == null ? Opening.SHUT : Opening.EXHAUSTED;
    }
    return line.cooldown().lasts(now)
        ? Opening.PAUSED
        : line.isForFreshOnly(now) ? Opening.FRESH : Opening.ANY;
  }

  /** Whether questions have been freed, by time or a reset, since the last call of this method. */
  public boolean takeFreedQuestions() {
    boolean any = freed;
    freed = false;
    return any;
  }

  /** Whether this question has been refused, and waits for a time or for the outcome of others. */
  public boolean passesOver(Prompt prompt) {
    return lines.passesOver(prompt, clock.instant());
  }

  /** How many calls may be accepted, running ones included: half again as many as may run. */
  public int capacity() {
    int current = limit.current();
    return current + (current + 1) / 2;
  }

  /**
   * How many more calls may be accepted.
   *
   * @param waiting number of calls that are accepted and have not begun
   */
  public int room(int waiting) {
    Instant now = clock.instant();
    ModelLine line = lines.next(now);
    return line == null || exhausted || line.cooldown().lasts(now)
        ? 0
        : Math.min(line.room(), capacity() - running) - waiting;
  }

  public int running() {
    return running;
  }

  /**
   * Closes a breaker, forgets its failures, and ends its model's pause.
   *
   * @return whether there is one of that name
   */
  public boolean reset(String breaker) {
    Optional<ModelLine> line = lines.named(breaker);
    line.ifPresent(ModelLine::reset);
    freed |= line.isPresent();
    return line.isPresent();
  }

  /** Holds a breaker open until it is reset; false if there is none of that name. */
  public boolean holdOpen(String breaker) {
    Optional<ModelLine> line = lines.named(breaker);
    line.ifPresent(it -> it.breaker().holdOpen());
    return line.isPresent();
  }

  /** Status of all breakers, in order of preference. */
  public List<BreakerStatus> breakers() {
    return lines.breakers();
  }

  public GateStatus status() {
    Instant now = clock.instant();
    ModelLine line = lines.next(now);
    Map<String, BreakerHistory> histories = new LinkedHashMap<>();
    lines.all().forEach(it -> histories.put(it.breaker().name(), it.breaker().history()));
    return new GateStatus(
        running,
        limit.current(),
        rates.requests(now),
        rates.tokens(now),
        line != null && line.cooldown().lasts(now) ? line.cooldown().until() : null,
        breakers(),
        histories);
  }

  /** The Resilience4j breakers, for metrics; not to be changed. Takes no lock. */
  public List<CircuitBreaker> resilience4j() {
    return lines.all().stream().map(line -> line.breaker().resilience4j()).toList();
  }
}
