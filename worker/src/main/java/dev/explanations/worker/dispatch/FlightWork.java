package dev.explanations.worker.dispatch;

import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.contract.OutcomeRecord;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.OutcomeRecord.Wake;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gate.Permit;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What is done for a flight, each time on a virtual thread of its own: it may wait for Redis, for
 * Gemini and for the broker. Never holds the dispatcher's lock while it does, and reads of a flight
 * only what never changes; what becomes of the flight it tells the {@link Books}.
 */
final class FlightWork {

  private static final Logger log = LoggerFactory.getLogger(FlightWork.class);

  private final SharedAnswers shared;
  private final Supplier<CacheState> commands;
  private final OutcomeChannel outcomes;
  private final DispatchSettings settings;
  private final Clock clock;
  private final Tracing tracing;
  private final Books books;

  /** Where flights are kept. Takes the dispatcher's lock for each call. */
  interface Books {

    void notFound(Flight flight);

    /** Whether what was found is wanted: the flight may have been dropped meanwhile. */
    boolean found(Flight flight);

    void callEnded(Flight flight, Permit permit, Outcome outcome);

    /**
     * The outcome is on its way no more.
     *
     * @param inKafka whether it has been acknowledged
     */
    void sent(Flight flight, boolean inKafka);
  }

  FlightWork(
      SharedAnswers shared,
      Supplier<CacheState> commands,
      OutcomeChannel outcomes,
      DispatchSettings settings,
      Clock clock,
      Tracing tracing,
      Books books) {
    this.shared = shared;
    this.commands = commands;
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.tracing = tracing;
    this.books = books;
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
    Thread.startVirtualThread(() -> outcomes.send(partition, "", new Wake(), acknowledged -> {}));
  }

  private void lookUp(Flight flight) {
    Optional<CallEnded> found = shared.find(flight.cacheKey, flight.callId);
    if (found.isEmpty()) {
      books.notFound(flight);
    } else if (books.found(flight)) {
      send(flight, found.get());
    }
  }

  private void call(Flight flight, Permit permit) {
    Generation generation = commands.get().generation();
    Instant calledAt = clock.instant();
    Outcome outcome = outcome(flight, permit);
    books.callEnded(flight, permit, outcome);
    Instant expiresAt = clock.instant().plus(settings.cacheTtl());
    String trace = trace(flight, outcome, calledAt);
    Validity validity = new Validity(flight.question.hashes(), generation, expiresAt);
    switch (outcome) {
      case Outcome.Explained(var explanation) -> {
        send(flight, new CallEnded(flight.callId, outcome, validity, trace));
        shared.share(flight.cacheKey, explanation, validity, calledAt);
      }
      case Outcome.Found _ -> throw new IllegalStateException("BUG: a call looks nothing up");
      case Outcome.Failed failure ->
          send(flight, new CallEnded(flight.callId, failure, Validity.NONE, trace));
    }
  }

  private static Outcome outcome(Flight flight, Permit permit) {
    try (MDC.MDCCloseable _ = MDC.putCloseable("cacheKey", flight.cacheKey)) {
      return permit.model().explain(flight.question.prompt());
    } catch (RuntimeException e) {
      log.error("BUG: the model's adapter threw, cacheKey={}", flight.cacheKey, e);
      return new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, e.getClass().getSimpleName());
    }
  }

  /** The traceparent of the call, if anybody wants to know. */
  private @Nullable String trace(Flight flight, Outcome outcome, Instant calledAt) {
    if (!tracing.isOn()) {
      return null;
    }
    TraceContext own =
        tracing.tell(
            new Step(
                Step.Kind.CALL,
                flight.question.trace(),
                calledAt,
                clock.instant(),
                null,
                outcome instanceof Outcome.Failed failed ? failed.code().wireName() : null,
                Map.of("explanation.cache_key", flight.cacheKey)));
    return own == null ? null : own.traceparent();
  }

  /** May block while the broker is away. */
  private void send(Flight flight, OutcomeRecord record) {
    outcomes.send(
        flight.partition,
        flight.cacheKey,
        record,
        acknowledged -> books.sent(flight, acknowledged));
  }
}
