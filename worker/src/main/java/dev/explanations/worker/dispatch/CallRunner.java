package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.contract.OutcomeRecord;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.OutcomeRecord.Wake;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.Permit;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.tracing.Conventions;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What is done for a flight, each time on a virtual thread of its own: it may wait for Redis, for
 * Gemini and for the broker. Never holds the dispatcher's lock while it does, and reads of a flight
 * only what never changes; what becomes of the flight it tells the dispatcher, who takes its lock.
 *
 * <p>A flight ends whatever is thrown, an Error as well: what failed counts as not found, as an
 * unavailable model, or as an outcome that was lost.
 */
final class CallRunner {

  private static final Logger log = LoggerFactory.getLogger(CallRunner.class);

  /**
   * What is thrown while sending has nothing to do with the broker, who is waited for elsewhere.
   */
  private static final int TRIES = 3;

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  /** Each call may fail in the same way: a stack trace once in a while tells enough. */
  private static final Duration BETWEEN_TRACES = Duration.ofMinutes(1);

  private final SharedAnswers shared;
  private final Supplier<CacheState> commands;
  private final OutcomeChannel outcomes;
  private final DispatchSettings settings;
  private final Clock clock;
  private final Tracing tracing;
  private final CallDispatcher dispatcher;
  private final AtomicReference<Instant> tracedAt = new AtomicReference<>(Instant.MIN);

  /** A call that is over, with its traceparent if anybody wants to know. */
  private record Called(Outcome outcome, @Nullable String trace) {}

  CallRunner(
      SharedAnswers shared,
      Supplier<CacheState> commands,
      OutcomeChannel outcomes,
      DispatchSettings settings,
      Clock clock,
      Tracing tracing,
      CallDispatcher dispatcher) {
    this.shared = shared;
    this.commands = commands;
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.tracing = tracing;
    this.dispatcher = dispatcher;
  }

  void startLookUp(Flight flight) {
    Thread.startVirtualThread(() -> lookUp(flight));
  }

  void startCall(Flight flight, Permit permit) {
    Thread.ofVirtual().name("call-", 0).start(() -> call(flight, permit));
  }

  /** Its task shall decide again what becomes of its requests. */
  void startGivingBack(Flight flight) {
    Thread.startVirtualThread(() -> send(flight, new Postponed(flight.callId)));
  }

  /** Lets a task look at what it has to do. */
  void startWaking(int partition) {
    Thread.startVirtualThread(() -> send(partition, "", new Wake(), acknowledged -> {}));
  }

  private void lookUp(Flight flight) {
    try {
      Optional<CallEnded> found = find(flight);
      if (found.isEmpty()) {
        dispatcher.notFound(flight);
      } else if (dispatcher.found(flight)) {
        send(flight, found.get());
      }
    } catch (RuntimeException | Error e) {
      failed("A look-up", e);
      dispatcher.lost(flight);
    }
  }

  private Optional<CallEnded> find(Flight flight) {
    try {
      return shared.find(flight.cacheKey, flight.callId);
    } catch (RuntimeException | Error e) {
      failed("A look-up", e);
      return Optional.empty();
    }
  }

  private void call(Flight flight, Permit permit) {
    Outcome outcome = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "the call broke off");
    Validity validity = Validity.NONE;
    String trace = null;
    Instant calledAt = clock.instant();
    try {
      Generation generation = commands.get().generation();
      Called called = called(flight, permit);
      outcome = called.outcome();
      trace = called.trace();
      Duration ttl = isRefusal(outcome) ? settings.negativeTtl() : settings.cacheTtl();
      Instant expiresAt = clock.instant().plus(ttl);
      validity = new Validity(flight.question.hashes(), generation, expiresAt);
    } catch (RuntimeException | Error e) {
      failed("A call", e);
    }
    outcome = ended(flight, permit, outcome);
    send(flight, record(flight, outcome, validity, trace));
    if (outcome instanceof Outcome.Explained(var explanation)) {
      share(flight, explanation, validity, calledAt);
    }
  }

  /** Returns what the task is to be told. */
  private Outcome ended(Flight flight, Permit permit, Outcome outcome) {
    try {
      return dispatcher.callEnded(flight, permit, outcome);
    } catch (RuntimeException | Error e) {
      failed("The end of a call", e);
      return outcome;
    }
  }

  private static CallEnded record(
      Flight flight, Outcome outcome, Validity validity, @Nullable String trace) {
    return switch (outcome) {
      case Outcome.Explained _ -> new CallEnded(flight.callId, outcome, validity, trace);
      case Outcome.Found _ -> throw new IllegalStateException("BUG: a call looks nothing up");
      case Outcome.Failed failure ->
          new CallEnded(
              flight.callId, failure, isRefusal(failure) ? validity : Validity.NONE, trace);
    };
  }

  private void share(Flight flight, Explanation explanation, Validity validity, Instant calledAt) {
    try {
      shared.share(flight.cacheKey, explanation, validity, calledAt);
    } catch (RuntimeException | Error e) {
      failed("Sharing an explanation", e);
    }
  }

  /** Such an outcome is remembered by its task, as an explanation is. */
  private static boolean isRefusal(Outcome outcome) {
    return outcome instanceof Outcome.Failed failure && failure.code() == ErrorCode.CONTENT_BLOCKED;
  }

  private Called called(Flight flight, Permit permit) {
    try (MDC.MDCCloseable _ = MDC.putCloseable("cacheKey", flight.cacheKey)) {
      Called called = ask(flight, permit);
      if (!(called.outcome() instanceof Outcome.ConnectionLost lost)) {
        return called;
      }
      return dispatcher.again(permit)
          ? ask(flight, permit)
          : new Called(
              new Outcome.Throttled(ErrorCode.RATE_LIMITED, lost.message(), null), called.trace());
    }
  }

  private Called ask(Flight flight, Permit permit) {
    AtomicReference<@Nullable CallDetails> details = new AtomicReference<>();
    Instant start = clock.instant();
    Outcome outcome;
    try {
      outcome = permit.model().explain(flight.question.prompt(), details::set);
    } catch (RuntimeException | Error e) {
      outcome = thrown(e);
    }
    return new Called(
        outcome, tracing.isOn() ? trace(flight, outcome, details.get(), start) : null);
  }

  private Outcome thrown(Throwable failure) {
    failed("A call", failure);
    return new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, failure.getClass().getSimpleName());
  }

  /** Never throws: what cannot be logged, for want of memory or of a class, is not logged. */
  private void failed(String what, Throwable failure) {
    try {
      Instant now = clock.instant();
      Instant before = tracedAt.get();
      if (before.plus(BETWEEN_TRACES).isAfter(now) || !tracedAt.compareAndSet(before, now)) {
        // with the failure: one for want of memory ends the process, whatever the level
        log.debug("BUG: {} failed unforeseen", what, failure);
      } else {
        log.error("BUG: {} failed unforeseen; others like it are not logged", what, failure);
      }
    } catch (RuntimeException | Error e) {
      // the flight matters more
    }
  }

  /** Tells of a call, and returns its place in the trace. */
  private @Nullable String trace(
      Flight flight, Outcome outcome, @Nullable CallDetails details, Instant start) {
    try {
      TraceContext own =
          tracing.tell(
              new Step(
                  Step.Kind.CALL,
                  flight.question.trace(),
                  start,
                  clock.instant(),
                  null,
                  outcome instanceof Outcome.Failed failed ? failed.code().wireName() : null,
                  Conventions.called(flight.cacheKey, details)));
      return own == null ? null : own.traceparent();
    } catch (RuntimeException | Error e) {
      failed("Tracing a call", e);
      return null;
    }
  }

  /** May block while the broker is away. */
  private void send(Flight flight, OutcomeRecord record) {
    AtomicBoolean told = new AtomicBoolean();
    send(
        flight.partition,
        flight.cacheKey,
        record,
        acknowledged -> {
          if (!told.getAndSet(true)) {
            dispatcher.sent(flight, acknowledged);
          }
        });
  }

  /** Tries again what was thrown at: an explanation was paid for, and a wake comes only once. */
  private void send(
      int partition, String cacheKey, OutcomeRecord record, OutcomeChannel.Delivery delivery) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        outcomes.send(partition, cacheKey, record, delivery);
        return;
      } catch (RuntimeException | Error e) {
        failed("Sending an outcome", e);
      }
      if (attempt < TRIES) {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
    delivery.ended(false);
  }
}
