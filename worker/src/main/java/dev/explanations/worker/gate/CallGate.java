package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.ExplanationModel;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows what a call needs before it may begin: a slot in flight, a model whose
 * circuit breaker lets it through, an end to the pause that this model asked for, and room in the
 * minute's requests and tokens. And what the end of a call means to each of them.
 *
 * <p>Never waits and starts no threads. Not thread-safe: the dispatcher calls it under its lock.
 */
public final class CallGate {

  /** English has about four bytes a token; other scripts have more bytes, but also more tokens. */
  private static final int BYTES_PER_TOKEN = 4;

  private final Map<String, ModelLine> lines;
  private final InFlightLimit limit;
  private final MinuteWindow requests;
  private final MinuteWindow tokens;
  private final GateSettings settings;
  private final Clock clock;
  private int running;
  private boolean released;

  /** What an answer costs, on the average of the last ones; at first what 300 words cost. */
  private double outputTokens = 450;

  /**
   * @param models by the names of their circuit breakers, in the order in which they are asked: one
   *     whose breaker lets no call through is skipped for the next
   */
  public CallGate(Map<String, ExplanationModel> models, GateSettings settings, Clock clock) {
    this.lines = new LinkedHashMap<>();
    models.forEach(
        (name, model) ->
            lines.put(
                name,
                new ModelLine(
                    model,
                    new Breaker(name, settings.breaker(), clock),
                    new Pause(settings.pause(), settings.maxPause()),
                    new Refusals())));
    this.limit = new InFlightLimit(settings.maxInFlight());
    this.requests = new MinuteWindow(settings.requestsPerMinute());
    this.tokens = new MinuteWindow(settings.tokensPerMinute());
    this.settings = settings;
    this.clock = clock;
  }

  /** A permit to begin a call now, if one may. Every permit must be given back. */
  public Optional<Permit> tryBegin(Prompt prompt) {
    Instant now = clock.instant();
    long estimate = estimate(prompt);
    if (running >= limit.current() || !requests.admits(1, now) || !tokens.admits(estimate, now)) {
      return Optional.empty();
    }
    Optional<ModelLine> chosen = line(prompt, now).filter(line -> !line.pause().lasts(now));
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    ModelLine line = chosen.get();
    long breakerEpoch = line.breaker().tryAcquire().orElseThrow();
    requests.spend(1, now);
    tokens.spend(estimate, now);
    running++;
    return Optional.of(
        new Permit(
            line,
            prompt,
            breakerEpoch,
            line.pause().epoch(),
            line.pause().begin(),
            limit.epoch(),
            estimate,
            now));
  }

  /**
   * Whether the call may be made once more in its slot, on account of the minute's limits: the
   * first one may have been counted and billed by the other side.
   */
  public boolean again(Permit permit) {
    Instant now = clock.instant();
    boolean admitted = requests.admits(1, now) && tokens.admits(permit.tokens, now);
    if (admitted) {
      requests.spend(1, now);
      tokens.spend(permit.tokens, now);
    }
    return admitted;
  }

  /** Gives the permit back of a call that was not made after all. */
  public void notMade(Permit permit) {
    running--;
    permit.line.pause().tried(permit.attempt);
    permit.line.breaker().released(permit.breakerEpoch);
  }

  /**
   * Gives the permit back with what came of the call; also if something is thrown meanwhile: a
   * probe that is never given back would keep its breaker half-open for ever.
   *
   * @return what the question is to be told of it. Waits for some seconds when that depends on
   *     others: not to be asked under the lock
   */
  public Supplier<Outcome> end(Permit permit, Outcome outcome) {
    running--;
    permit.line.pause().tried(permit.attempt);
    try {
      return learn(permit, outcome);
    } catch (RuntimeException | Error e) {
      permit.line.breaker().released(permit.breakerEpoch);
      throw e;
    }
  }

  private Supplier<Outcome> learn(Permit permit, Outcome outcome) {
    Instant now = clock.instant();
    Breaker breaker = permit.line.breaker();
    Pause pause = permit.line.pause();
    settle(permit, outcome.usage(), now);
    switch (outcome) {
      case Outcome.Explained _ -> {
        limit.onSuccess();
        breaker.succeeded(permit.breakerEpoch);
        permit.line.refusals().answered(permit.since);
        if (pause.succeeded(permit.pauseEpoch)) {
          limit.restart();
        }
      }
      case Outcome.Throttled(ErrorCode code, _, var delay) -> {
        limit.onThrottled(permit.limitEpoch);
        breaker.released(permit.breakerEpoch);
        if (code == ErrorCode.QUOTA_EXHAUSTED) {
          pause.usedUp(permit.pauseEpoch, delay, now);
        } else {
          pause.throttled(permit.pauseEpoch, delay, now);
        }
      }
      case Outcome.Unavailable(ErrorCode code, String message, _) -> {
        if (code == ErrorCode.INCOMPLETE_ANSWER) {
          // says something of the prompt rather than of the model's health
          breaker.released(permit.breakerEpoch);
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
          pause.usedUp(permit.pauseEpoch, null, now);
        }
      }
      case Outcome.Rejected rejected -> {
        breaker.released(permit.breakerEpoch);
        if (rejected.code() == ErrorCode.MODEL_REJECTED) {
          return refused(permit, rejected, now);
        }
      }
      case Outcome.Unusable _, Outcome.Found _, Outcome.ConnectionLost _ ->
          breaker.released(permit.breakerEpoch);
    }
    return () -> outcome;
  }

  private Supplier<Outcome> refused(Permit permit, Outcome.Rejected rejected, Instant now) {
    ModelLine line = permit.line;
    Supplier<Outcome> told = line.refusals().refused(permit.prompt, permit.since, rejected);
    if (line.refusals().isSuspected()) {
      line.pause().usedUp(permit.pauseEpoch, null, now);
      line.model().misconfigured(Refusals.misconfigured(rejected));
    }
    return told;
  }

  /** A call that never tells its cost stays spent as estimated. */
  private void settle(Permit permit, Usage usage, Instant now) {
    if (usage.totalTokens() > 0) {
      tokens.correct(usage.totalTokens() - permit.tokens, permit.since, now);
    }
    if (usage.outputTokens() > 0) {
      outputTokens += (usage.outputTokens() - outputTokens) / 16;
    }
  }

  private void failed(Permit permit, String message) {
    permit.line.breaker().failed(permit.breakerEpoch, message);
    limit.onFailure();
  }

  /** Lets time have its effect; to be called at {@link #nextChange} at the latest. */
  public void tick() {
    Instant now = clock.instant();
    for (ModelLine line : lines.values()) {
      line.breaker().tick();
      released |= line.refusals().release(now);
    }
  }

  /**
   * When time alone lets a call begin that may not begin now; {@link Instant#MAX} if it never does.
   *
   * @param next the call that has been accepted to be the next, if there is one
   */
  public Instant nextChange(@Nullable Prompt next) {
    Instant now = clock.instant();
    Stream<Instant> times =
        lines.values().stream()
            .flatMap(
                line ->
                    Stream.of(
                        line.breaker().openUntil(),
                        line.pause().until(),
                        line.forAllAt(),
                        line.refusals().nextRelease()));
    Stream<Instant> rates =
        next == null
            ? Stream.empty()
            : Stream.of(requests.admitsAt(1, now), tokens.admitsAt(estimate(next), now));
    return Stream.concat(times, rates)
        .filter(time -> time.isAfter(now))
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** Whether no model's circuit breaker lets a call through. */
  public boolean isShut() {
    return lines.values().stream().noneMatch(line -> line.breaker().admits());
  }

  /**
   * Until when the gate is shut if nobody opens it before; {@link Instant#MAX} when that is not
   * known: a breaker is held open, or its probes are under way.
   */
  public Instant shutUntil() {
    return lines.values().stream()
        .map(line -> line.breaker().openUntil())
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** Whether the model to be asked next wants to be left alone. */
  public boolean isPaused() {
    Instant now = clock.instant();
    return line(now).filter(line -> line.pause().lasts(now)).isPresent();
  }

  /** Which questions may be asked, ordered from none to all. */
  public enum Opening {
    NONE,
    /** Questions that the model has not refused: it is suspected to refuse all. */
    FRESH,
    ANY
  }

  public Opening opening() {
    Instant now = clock.instant();
    if (isShut() || isPaused()) {
      return Opening.NONE;
    }
    return line(now).filter(line -> line.isForFreshOnly(now)).isPresent()
        ? Opening.FRESH
        : Opening.ANY;
  }

  /** Whether single questions may be asked since the last time that this was asked. */
  public boolean hasReleased() {
    boolean any = released;
    released = false;
    return any;
  }

  /** Whether this question has been refused and has to wait for a while, or for others. */
  public boolean passesOver(Supplier<Prompt> prompt) {
    Instant now = clock.instant();
    return lines.values().stream().anyMatch(line -> line.isChoosy(now))
        && lines.values().stream().noneMatch(line -> line.takes(prompt.get(), now));
  }

  /** How many calls may be accepted in all, running ones included: half again as many as run. */
  public int capacity() {
    int current = limit.current();
    return current + (current + 1) / 2;
  }

  /**
   * How many more calls may be accepted.
   *
   * @param ready calls that were accepted and have not begun
   */
  public int room(int ready) {
    if (isPaused()) {
      return 0;
    }
    int permitted =
        line(clock.instant())
            .map(line -> Math.min(line.breaker().room(), line.pause().room()))
            .orElse(0);
    return Math.min(permitted, capacity() - running) - ready;
  }

  /** Calls under way. */
  public int running() {
    return running;
  }

  /**
   * Closes a breaker, forgets its failures, and ends its model's pause: one call tries at once.
   *
   * @return whether there is one of that name
   */
  public boolean reset(String breaker) {
    ModelLine line = lines.get(breaker);
    if (line != null) {
      line.breaker().reset();
      line.pause().end();
      line.refusals().forget();
      released = true;
    }
    return line != null;
  }

  /**
   * Holds a breaker open until it is reset.
   *
   * @return whether there is one of that name
   */
  public boolean holdOpen(String breaker) {
    ModelLine line = lines.get(breaker);
    if (line != null) {
      line.breaker().holdOpen();
    }
    return line != null;
  }

  /** All breakers, the first model's first. */
  public List<BreakerStatus> breakers() {
    return lines.values().stream().map(line -> line.breaker().status()).toList();
  }

  /** All that there is to look at. */
  public GateStatus status() {
    Instant now = clock.instant();
    Map<String, BreakerHistory> histories = new LinkedHashMap<>();
    lines.forEach((name, line) -> histories.put(name, line.breaker().history()));
    return new GateStatus(
        running,
        limit.current(),
        requests.status(now),
        tokens.status(now),
        line(now)
            .filter(line -> line.pause().lasts(now))
            .map(line -> line.pause().until())
            .orElse(null),
        breakers(),
        histories);
  }

  /** The breakers that do the work, for those who only look at them, under no lock. */
  public List<CircuitBreaker> resilience4j() {
    return lines.values().stream().map(line -> line.breaker().resilience4j()).toList();
  }

  /** The model to be asked this. */
  private Optional<ModelLine> line(Prompt prompt, Instant now) {
    return lines.values().stream()
        .filter(line -> line.takes(prompt, now))
        .findFirst()
        .or(() -> line(now));
  }

  /** The model to be asked next; it may want a pause. */
  private Optional<ModelLine> line(Instant now) {
    return lines.values().stream()
        .filter(line -> !line.isPassedOver(now))
        .findFirst()
        .or(() -> lines.values().stream().filter(line -> line.breaker().admits()).findFirst());
  }

  private long estimate(Prompt prompt) {
    int bytes =
        prompt.systemInstruction().getBytes(StandardCharsets.UTF_8).length
            + prompt.userText().getBytes(StandardCharsets.UTF_8).length;
    return bytes / BYTES_PER_TOKEN + Math.round(outputTokens);
  }
}
