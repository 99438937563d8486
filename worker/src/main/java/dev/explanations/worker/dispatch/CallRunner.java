package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.tracing.Conventions;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The steps of a flight that wait: for Redis, for Gemini, for the broker. Called on the flight's
 * virtual thread without the dispatcher's lock; reads only final fields of a {@link Flight}. No
 * step throws: a failed look-up has found nothing, a failed call is an unavailable model.
 * Thread-safe.
 */
final class CallRunner {

  private static final Logger log = LoggerFactory.getLogger(CallRunner.class);

  /** Attempts to send; an unreachable broker is no exception, the channel waits for it. */
  private static final int TRIES = 3;

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  /** Every call may fail in the same way, so one stack trace in this time is enough. */
  private static final Duration BETWEEN_TRACES = Duration.ofMinutes(1);

  private final SharedAnswers shared;
  private final OutcomeChannel outcomes;
  private final Pricing pricing;
  private final DispatchSettings settings;
  private final Clock clock;
  private final Tracing tracing;
  private final AtomicReference<Instant> tracedAt = new AtomicReference<>(Instant.MIN);

  /**
   * A call that has ended.
   *
   * @param trace its traceparent; {@code null} without tracing
   * @param charge its own, and that of the call that it repeats
   */
  record CallResult(
      Outcome outcome, Instant calledAt, Validity validity, @Nullable String trace, Charge charge) {

    /**
     * The record for the task.
     *
     * @param told the outcome that the task is to be told
     */
    CallEnded record(Flight flight, Outcome told) {
      Validity kept =
          switch (told) {
            case Outcome.Explained _ -> validity;
            case Outcome.Found _ -> throw new IllegalStateException("BUG: a call looks nothing up");
            case Outcome.Failed failure -> isBlocked(failure) ? validity : Validity.NONE;
          };
      LaneCalls lane = new LaneCalls(flight.lane.id(), flight.lane.begun());
      return new CallEnded(flight.callId, told, kept, trace, charge, lane);
    }
  }

  private record Asked(Outcome outcome, @Nullable String trace, Charge charge) {

    Asked after(Charge before) {
      return new Asked(outcome, trace, before.plus(charge));
    }
  }

  CallRunner(
      SharedAnswers shared,
      OutcomeChannel outcomes,
      Pricing pricing,
      DispatchSettings settings,
      Clock clock,
      Tracing tracing) {
    this.shared = shared;
    this.outcomes = outcomes;
    this.pricing = pricing;
    this.settings = settings;
    this.clock = clock;
    this.tracing = tracing;
  }

  boolean looksUp() {
    return shared.isAvailable();
  }

  Optional<CallEnded> find(Flight flight) {
    try {
      return shared
          .find(flight.cacheKey, flight.callId)
          .filter(it -> it.validity().isCalledSince(flight.question.earliestCall()));
    } catch (RuntimeException | Error e) {
      failed("A look-up", e);
      return Optional.empty();
    }
  }

  /** Makes a call; {@code again} tells whether one whose connection was lost may be repeated. */
  CallResult call(Flight flight, ExplanationModel model, BooleanSupplier again) {
    Asked asked =
        new Asked(
            new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "the call broke off"),
            null,
            Charge.NONE);
    Validity validity = Validity.NONE;
    Instant calledAt = clock.instant();
    try (MDC.MDCCloseable _ = MDC.putCloseable("cacheKey", flight.cacheKey)) {
      Generation generation = shared.generation();
      asked = ask(flight, model);
      if (asked.outcome() instanceof Outcome.ConnectionLost(String message)) {
        // the minute or the budget has no room for the repeat: not an attempt, waits as after a 429
        asked =
            again.getAsBoolean()
                ? ask(flight, model).after(asked.charge())
                : new Asked(
                    new Outcome.Throttled(ErrorCode.RATE_LIMITED, message, null),
                    asked.trace(),
                    asked.charge());
      }
      Duration ttl = isBlocked(asked.outcome()) ? settings.negativeTtl() : settings.cacheTtl();
      validity =
          new Validity(flight.question.hashes(), generation, calledAt, clock.instant().plus(ttl));
    } catch (RuntimeException | Error e) {
      failed("A call", e);
    }
    return new CallResult(asked.outcome(), calledAt, validity, asked.trace(), asked.charge());
  }

  /** Such an outcome is cached by its task, as an explanation is. */
  private static boolean isBlocked(Outcome outcome) {
    return outcome instanceof Outcome.Failed failure && failure.code() == ErrorCode.CONTENT_BLOCKED;
  }

  private Asked ask(Flight flight, ExplanationModel model) {
    AtomicReference<@Nullable CallDetails> details = new AtomicReference<>();
    Instant start = clock.instant();
    Outcome outcome;
    try {
      outcome = model.explain(flight.question.prompt(), details::set);
    } catch (RuntimeException | Error e) {
      failed("A call", e);
      outcome = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, e.getClass().getSimpleName());
    }
    Charge charge = charge(outcome, details.get());
    String trace = tracing.isOn() ? trace(flight, outcome, details.get(), start) : null;
    return new Asked(outcome, trace, charge);
  }

  private Charge charge(Outcome outcome, @Nullable CallDetails details) {
    try {
      return pricing.of(outcome, details);
    } catch (RuntimeException | Error e) {
      failed("Pricing a call", e);
      return Charge.UNKNOWN;
    }
  }

  /** Traces a call; returns its traceparent. */
  private @Nullable String trace(
      Flight flight, Outcome outcome, @Nullable CallDetails details, Instant start) {
    try {
      TraceContext parent = flight.question.trace();
      String error = outcome instanceof Outcome.Failed failed ? failed.code().wireName() : null;
      Map<String, Object> attributes = Conventions.called(flight.cacheKey, details);
      Instant end = clock.instant();
      TraceContext own =
          tracing.tell(new Step(Step.Kind.CALL, parent, start, end, null, error, attributes));
      return own == null ? null : own.traceparent();
    } catch (RuntimeException | Error e) {
      failed("Tracing a call", e);
      return null;
    }
  }

  void share(Flight flight, Explanation explanation, CallResult call) {
    try {
      shared.share(flight.cacheKey, explanation, call.validity(), call.calledAt());
    } catch (RuntimeException | Error e) {
      failed("Sharing an explanation", e);
    }
  }

  /**
   * Sends a record; may block while the broker is away. Tries again after an exception: an
   * explanation is paid for, and a wake record is sent only once.
   */
  void send(int partition, String cacheKey, OutcomeRecord record, OutcomeChannel.Delivery end) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        outcomes.send(partition, cacheKey, record, end);
        return;
      } catch (RuntimeException | Error e) {
        failed("Sending an outcome", e);
      }
      if (attempt < TRIES) {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
    end.ended(false);
  }

  /** Logs an unforeseen failure. Without memory, or without a class, it may not be logged. */
  void failed(String what, Throwable failure) {
    try {
      Instant now = clock.instant();
      Instant before = tracedAt.get();
      if (before.plus(BETWEEN_TRACES).isAfter(now) || !tracedAt.compareAndSet(before, now)) {
        // with the failure: an OutOfMemoryError ends the process, whatever the level
        log.debug("BUG: {} failed unforeseen", what, failure);
      } else {
        log.error("BUG: {} failed unforeseen; others like it are not logged", what, failure);
      }
    } catch (RuntimeException | Error e) {
      // the flight matters more
    }
  }
}
