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
  private final Clock clock;
  private int running;

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
                    new Pause(settings.pause(), settings.maxPause()))));
    this.limit = new InFlightLimit(settings.maxInFlight());
    this.requests = new MinuteWindow(settings.requestsPerMinute());
    this.tokens = new MinuteWindow(settings.tokensPerMinute());
    this.clock = clock;
  }

  /** A permit to begin a call now, if one may. Every permit must be given back. */
  public Optional<Permit> tryBegin(Prompt prompt) {
    Instant now = clock.instant();
    long estimate = estimate(prompt);
    if (running >= limit.current() || !requests.admits(1, now) || !tokens.admits(estimate, now)) {
      return Optional.empty();
    }
    Optional<ModelLine> chosen = line(now).filter(line -> !line.pause().lasts(now));
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    ModelLine line = chosen.get();
    long breakerEpoch = line.breaker().tryAcquire().orElseThrow();
    requests.spend(1, now);
    tokens.spend(estimate, now);
    running++;
    return Optional.of(
        new Permit(line, breakerEpoch, line.pause().epoch(), limit.epoch(), estimate, now));
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
    permit.line.breaker().released(permit.breakerEpoch);
  }

  /**
   * Gives the permit back with what came of the call; also if something is thrown meanwhile: a
   * probe that is never given back would keep its breaker half-open for ever.
   */
  public void end(Permit permit, Outcome outcome) {
    running--;
    try {
      learn(permit, outcome);
    } catch (RuntimeException | Error e) {
      permit.line.breaker().released(permit.breakerEpoch);
      throw e;
    }
  }

  private void learn(Permit permit, Outcome outcome) {
    Instant now = clock.instant();
    Breaker breaker = permit.line.breaker();
    settle(permit, outcome.usage(), now);
    switch (outcome) {
      case Outcome.Explained _ -> {
        limit.onSuccess();
        breaker.succeeded(permit.breakerEpoch);
        permit.line.pause().succeeded(permit.pauseEpoch);
      }
      case Outcome.Throttled(_, _, var delay) -> {
        limit.onThrottled(permit.limitEpoch);
        breaker.released(permit.breakerEpoch);
        permit.line.pause().throttled(permit.pauseEpoch, delay, now);
      }
      case Outcome.Unavailable(ErrorCode code, String message, _) -> {
        if (code == ErrorCode.INCOMPLETE_ANSWER) {
          // says something of the prompt rather than of the model's health
          breaker.released(permit.breakerEpoch);
        } else {
          failed(permit, message);
        }
      }
      case Outcome.Misconfigured(_, String message) -> failed(permit, message);
      case Outcome.Rejected _, Outcome.Found _, Outcome.ConnectionLost _ ->
          breaker.released(permit.breakerEpoch);
    }
  }

  /** What a call may have cost that never said so stays spent as it was estimated. */
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
    lines.values().forEach(line -> line.breaker().tick());
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
            .flatMap(line -> Stream.of(line.breaker().openUntil(), line.pause().until()));
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
    int permitted = line(clock.instant()).map(line -> line.breaker().room()).orElse(0);
    return Math.min(permitted, capacity() - running) - ready;
  }

  /** Calls under way. */
  public int running() {
    return running;
  }

  /**
   * Closes a breaker, forgets its failures, and ends its model's pause.
   *
   * @return whether there is one of that name
   */
  public boolean reset(String breaker) {
    ModelLine line = lines.get(breaker);
    if (line != null) {
      line.breaker().reset();
      line.pause().end();
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
