package dev.explanations.worker.topology;

import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.OutcomeRecord;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.store.CachedExplanation;
import dev.explanations.worker.store.CorruptEntry;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.TaskStores;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's requests from arrival to result. Everything here runs on the task's stream thread
 * and returns at once; what is slow happens in the {@link Lane} and comes back as a record.
 *
 * <p>A request is in exactly one place: answered, on the retry topic, or in the pending store. It
 * stays in the pending store while its call runs, so no crash can lose it.
 */
final class ExplainTask {

  private static final Logger log = LoggerFactory.getLogger(ExplainTask.class);

  /** Requests handled per step: small against the ten seconds that a transaction has. */
  static final int STEP = 256;

  /** The longest {@code GEMINI_TIMEOUT}, and as much for clocks that differ. */
  private static final Duration LONGEST_CALL = Duration.ofHours(2);

  private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

  /** Expired explanations are collected for a while, to be deleted by one commit. */
  private static final Duration EXPIRY_DELAY = Duration.ofSeconds(1);

  private final ProcessorContext<byte[], byte[]> context;
  private final FlowParts parts;
  private final Outbox outbox;
  private final LastResort lastResort;
  private final PendingStore pending;
  private final LocalCache cache;
  private final AskedReader reader;
  private final Answers answers;
  private final Failures failures;
  private final Lane lane;
  private final Barrier barrier;
  private final CallsUnderWay calls;
  private final Settlements settlements;
  private final Alarm alarm;
  private final Offers offers;
  private final WorkerTotals.Oldest oldest;

  ExplainTask(ProcessorContext<byte[], byte[]> context, FlowParts parts) {
    this.context = context;
    this.parts = parts;
    this.outbox = new Outbox(context);
    this.lastResort = new LastResort(parts);
    ExplainSettings settings = parts.settings();
    WorkerTotals totals = parts.totals();
    TaskStores stores = TaskStores.of(context);
    this.pending =
        new PendingStore(stores, settings.inMemoryPerTask(), totals.pending(), this::takenOut);
    this.cache =
        new LocalCache(
            new ExplanationStore(
                stores,
                settings.cacheEntriesPerTask(),
                settings.inMemoryPerTask(),
                totals.explanations(),
                key -> note(Faults.Kind.ENTRY_TAKEN_OUT, "explanation " + key)),
            parts.commands());
    this.oldest = totals.open();
    this.reader = new AskedReader(parts.decoder(), settings);
    this.answers =
        new Answers(
            parts.decoder(),
            settings.model(),
            new Emitter(
                outbox, Sinks.EXPLAIN, parts.traces(), settings.limits(), parts.listener()));
    this.failures = new Failures(settings.requests(), pending, answers, parts.listener());
    this.lane = parts.lanes().open(context.taskId().partition());
    this.barrier = new Barrier(lane);
    this.calls = new CallsUnderWay(lane, settings.callTimeout());
    this.settlements = new Settlements(pending, cache, this::settle);
    this.alarm = new Alarm(context, parts.alarms(), parts.commits(), this::onAlarm);
    this.offers =
        new Offers(
            pending,
            cache,
            lane,
            barrier,
            calls,
            settlements,
            failures,
            answers,
            parts.traces(),
            alarm,
            settings.requests().backoffMax(),
            this::now,
            this::guarded);
    barrier.send(now());
    alarm.at(barrier.nextSend());
  }

  /**
   * Handles the record itself; {@link #goOn} has to follow.
   *
   * @param place of the record
   */
  void process(Record<String, ExplainInput> record, Origin place) {
    switch (record.value()) {
      case ExplainInput.Asked(byte[] value) -> asked(record, value, place);
      case ExplainInput.Reported(Optional<OutcomeRecord> outcome) ->
          outcome
              .filter(it -> isWithinBounds(record.key(), it))
              .ifPresentOrElse(
                  it -> reported(record.key(), it),
                  () -> note(Faults.Kind.OUTCOME_SKIPPED, place.text()));
    }
  }

  /** A call's record has a cache key; no call ends later than a worker may let it run. */
  private boolean isWithinBounds(@Nullable String key, OutcomeRecord record) {
    return switch (record) {
      case OutcomeRecord.CallEnded _, OutcomeRecord.Postponed _ ->
          key != null && CACHE_KEY.matcher(key).matches();
      case OutcomeRecord.Handoff(var handedOver) -> {
        Instant latest = now().plus(LONGEST_CALL);
        yield handedOver.stream().noneMatch(call -> call.latestEnd().isAfter(latest));
      }
      case OutcomeRecord.Marker _, OutcomeRecord.Wake _ -> true;
    };
  }

  /** Begins what may begin now; the record that came before is not to blame for what fails. */
  void goOn() {
    offers.pump(now());
    tellOldest();
  }

  /** The task has died of this record again and again: it is not handled any more. */
  void takeOut(Record<String, ExplainInput> record, Origin place) {
    note(Faults.Kind.RECORD_TAKEN_OUT, place.text());
    if (record.value() instanceof ExplainInput.Asked(byte[] value) && value != null) {
      refuse(record, value, place, "the worker failed over it again and again");
    }
  }

  private void refuse(
      Record<String, ExplainInput> record, byte[] value, Origin place, String detail) {
    Header key = record.headers().lastHeader(HeaderNames.KEY);
    lastResort.tell(
        key == null ? null : key.value(),
        value,
        RecordHeadersText.inbound(record.headers()),
        AskedReader.origin(record.headers(), place),
        now(),
        Sinks.EXPLAIN,
        detail,
        outbox);
  }

  /** An entry that could not be read has been deleted: what can be told of it is. */
  private void takenOut(CorruptEntry entry) {
    Origin origin = entry.origin();
    Origin known = origin == null ? new Origin("unknown", context.taskId().partition(), 0) : origin;
    note(Faults.Kind.ENTRY_TAKEN_OUT, known.text() + " at " + entry.storeKey());
    lastResort.tell(
        entry.key(),
        entry.value(),
        new RecordHeaders(),
        known,
        now(),
        Sinks.EXPLAIN,
        "its entry in the state store could not be read",
        outbox.atOnce());
  }

  /**
   * A waiting request over which something fails is taken out, so that neither those behind it nor
   * the record that happened to come are held up by it.
   */
  private void guarded(PendingRequest request, Runnable step) {
    try {
      outbox.whole(step);
    } catch (RuntimeException | Error e) {
      if (Unforeseen.isSurroundings(e)) {
        throw Unforeseen.asException(e);
      }
      parts.faults().note(Faults.Kind.ENTRY_TAKEN_OUT, request.origin().text(), e);
      pending.remove(request);
      lastResort.tell(
          request.key(),
          request.value(),
          RecordHeadersText.fromStore(request.headers()),
          request.origin(),
          now(),
          Sinks.EXPLAIN,
          "the worker failed over it: " + e.getClass().getSimpleName(),
          outbox);
    }
  }

  private void note(Faults.Kind kind, String what) {
    parts.faults().note(kind, what, null);
  }

  private void tellOldest() {
    oldest.since(pending.oldest().orElse(null));
  }

  void close() {
    alarm.close();
    pending.close();
    cache.close();
    parts.totals().close(oldest);
    lane.close();
  }

  private void asked(Record<String, ExplainInput> record, byte @Nullable [] value, Origin place) {
    Instant now = now();
    Optional<AskedReader.Asked> read = reader.read(record, value, place, now);
    if (read.isEmpty()) {
      note(Faults.Kind.RECORD_SKIPPED, place.text());
      if (value != null) {
        refuse(record, value, place, "a record of an internal topic that is no request");
      }
      return;
    }
    PendingRequest request = read.get().request();
    if (read.get().mended()) {
      note(Faults.Kind.REQUEST_MENDED, place.text());
    }
    boolean fresh = isFresh(record);
    Optional<CachedExplanation> hit = cache.fresh(request.cacheKey(), now);
    if (hit.isPresent()) {
      served(request, hit.get().explanation(), now);
      return;
    }
    parts.listener().storeMiss();
    if (!request.deadline().isAfter(now)) {
      failures.expired(request, now);
    } else if (fresh && pending.workerTotal() >= parts.settings().requests().maxPending()) {
      answers.givenUp(request, Status.UNAVAILABLE, ErrorCode.OVERLOADED, null, 0, now);
    } else if (fresh && offers.isTurnedAway(request)) {
      failures.turnedAway(request, lane.shutUntil(), now);
    } else {
      boolean joins = fresh && !calls.isUnderWay(request.cacheKey());
      admit(joins ? failures.joining(request, now).orElse(request) : request);
      if (fresh) {
        offers.lookAhead(request.cacheKey());
      }
    }
  }

  private void served(PendingRequest request, @Nullable Explanation explanation, Instant now) {
    if (explanation == null) {
      failures.refusedBefore(request, now);
      parts.listener().refusedBefore();
    } else {
      answers.explained(request, explanation, Source.STATE_STORE, request.attempts(), now);
      parts.listener().storeHit(explanation.usage());
    }
  }

  private static boolean isFresh(Record<String, ExplainInput> record) {
    return record.headers().lastHeader(HeaderNames.NOT_BEFORE) == null;
  }

  private void admit(PendingRequest request) {
    Generation required = cache.required(() -> answers.hashes(request));
    pending.add(required.offset() < 0 ? request : request.requiring(required));
    alarm.at(request.deadline());
    if (request.due().isAfter(now())) {
      alarm.at(request.due());
    }
  }

  private void reported(String cacheKey, OutcomeRecord record) {
    switch (record) {
      case OutcomeRecord.Marker(String nonce) -> markerSeen(nonce);
      case OutcomeRecord.Handoff handoff ->
          handoff.calls().forEach(call -> alarm.at(calls.handedOver(call, now())));
      case OutcomeRecord.Wake _ -> {
        offers.gateHasChanged();
        alarm.at(now());
      }
      case OutcomeRecord.CallEnded ended -> ended(cacheKey, ended);
      case OutcomeRecord.Postponed(String callId) -> postponed(cacheKey, callId);
    }
  }

  private void markerSeen(String nonce) {
    barrier.seen(nonce);
    if (calls.dropLost(nonce)) {
      log.warn("A call's outcome has been lost: the call is made again");
      pending.rewindDue();
    }
  }

  private void postponed(String cacheKey, String callId) {
    if (calls.isCurrent(cacheKey, callId)) {
      Instant due = calls.postponed(cacheKey);
      if (lane.room() == Lane.Room.SHUT) {
        settlements.begin(cacheKey, new Verdict.HeldBack(), now(), null);
      } else {
        pending.rewindDueTo(due);
      }
    }
    lane.settled(cacheKey, callId);
    settlements.step(STEP);
  }

  private void ended(String cacheKey, OutcomeRecord.CallEnded ended) {
    Verdict verdict = verdict(cacheKey, ended);
    if (verdict == null && ended.outcome() instanceof Outcome.Found) {
      // void since it was looked up
      postponed(cacheKey, ended.callId());
      return;
    }
    if (verdict != null) {
      settlements.begin(cacheKey, verdict, now(), calls.starter(cacheKey));
    }
    if (calls.isCurrent(cacheKey, ended.callId())) {
      calls.ended(cacheKey);
    }
    lane.settled(cacheKey, ended.callId());
    settlements.step(STEP);
  }

  /** An answer always counts; a failure only if the call is the one this task waits for. */
  private @Nullable Verdict verdict(String cacheKey, OutcomeRecord.CallEnded ended) {
    Validity validity = ended.validity();
    return switch (ended.outcome()) {
      case Outcome.Explained(Explanation explanation) -> {
        keep(cacheKey, new CachedExplanation(explanation, validity));
        yield new Verdict.Explained(explanation, validity, ended.traceparent());
      }
      case Outcome.Found(Explanation explanation) ->
          keep(cacheKey, new CachedExplanation(explanation, validity))
              ? new Verdict.Found(explanation, validity)
              : null;
      case Outcome.Failed failure ->
          calls.isCurrent(cacheKey, ended.callId()) ? failed(cacheKey, failure, ended) : null;
    };
  }

  private Verdict failed(String cacheKey, Outcome.Failed failure, OutcomeRecord.CallEnded ended) {
    Instant now = now();
    Verdict.Failed failed = failures.begin(cacheKey, failure, ended.traceparent(), now);
    if (failed.next() != null) {
      alarm.at(failed.next().due());
    } else if (failure.code() == ErrorCode.CONTENT_BLOCKED
        && cache.keep(cacheKey, new CachedExplanation(null, ended.validity()), now)) {
      alarm.at(ended.validity().expiresAt().plus(EXPIRY_DELAY));
    }
    return failed;
  }

  private boolean keep(String cacheKey, CachedExplanation entry) {
    boolean kept = cache.keep(cacheKey, entry, now());
    if (kept) {
      parts.listener().stored();
      alarm.at(entry.validity().expiresAt().plus(EXPIRY_DELAY));
    }
    return kept;
  }

  /** Returns whether the request has left the pending store. */
  private boolean settle(PendingRequest request, Verdict verdict, boolean startedTheCall) {
    guarded(request, () -> settled(request, verdict, startedTheCall));
    return !verdict.keeps(request);
  }

  private void settled(PendingRequest request, Verdict verdict, boolean startedTheCall) {
    if (verdict.keeps(request)) {
      if (verdict instanceof Verdict.Failed(Outcome.HeldUp cause, _, _)
          && request.lastError() != cause.code()) {
        pending.reschedule(request, request.after(request.attempts(), request.due(), cause.code()));
      }
      return;
    }
    parts.traces().waited(request, verdict, now());
    switch (verdict) {
      case Verdict.HeldBack() -> offers.heldBack(request, now());
      case Verdict.Explained(Explanation explanation, _, _) -> {
        pending.remove(request);
        Source source = startedTheCall ? Source.GEMINI : Source.COALESCED;
        answers.explained(request, explanation, source, request.attempts() + 1, now());
      }
      case Verdict.Found(Explanation explanation, _) -> {
        pending.remove(request);
        Source source = startedTheCall ? Source.REDIS : Source.COALESCED;
        answers.explained(request, explanation, source, request.attempts(), now());
      }
      case Verdict.Failed failed -> failures.settle(request, failed, now());
    }
  }

  private void onAlarm() {
    Instant now = now();
    settlements.step(STEP);
    pending.expire(now, STEP, late -> guarded(late, () -> expire(late, now)));
    calls.check(now);
    barrier.send(now);
    boolean more = cache.clean(now, STEP);
    offers.pump(now);
    setAlarm(more ? now : Instant.MAX);
    tellOldest();
  }

  private void expire(PendingRequest late, Instant now) {
    pending.remove(late);
    parts.traces().waited(late, null, ErrorCode.DEADLINE_EXCEEDED, now);
    failures.expired(late, now);
    if (calls.isUnderWay(late.cacheKey()) && pending.head(late.cacheKey()).isEmpty()) {
      calls.withdraw(late.cacheKey());
    }
  }

  /** The earliest thing that will need this task although no record arrives. */
  private void setAlarm(Instant earliest) {
    alarm.at(earliest);
    alarm.at(barrier.nextSend());
    alarm.at(calls.nextCheck());
    pending.nextDeadline().ifPresent(request -> alarm.at(request.deadline()));
    cache.nextExpiry().ifPresent(expiry -> alarm.at(expiry.plus(EXPIRY_DELAY)));
    pending.nextDueTime().filter(due -> due.isAfter(now())).ifPresent(alarm::at);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
