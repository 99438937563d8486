package dev.explanations.worker.task;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.flow.Alarm;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.StoredExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One partition's requests from arrival to result. Used by the stream thread only; every method
 * returns at once. Look-ups and calls are made behind the {@code Lane}; their outcomes are read
 * from the outcomes topic.
 *
 * <p>A request is in exactly one state: answered, on the retry topic, or in the pending store. It
 * stays in the store during its call, so no crash loses it.
 */
public final class ExplainTask {

  /** Requests handled per step: takes a small part of the transaction timeout of 20 seconds. */
  public static final int STEP = 256;

  /** Deletes of expired explanations are delayed by this, so that one commit has many of them. */
  private static final Duration EXPIRY_DELAY = Duration.ofSeconds(1);

  /** Time after which a call that has begun unnoticed is stored, for the next owner to charge. */
  private static final Duration BEGUN_CALLS = Duration.ofMillis(250);

  private final TaskParts parts;
  private final PendingStore pending;
  private final LocalCache cache;
  private final RequestRecordReader reader;
  private final GateView gate;
  private final Failures failures;
  private final Settlements settlements;
  private final Offers offers;
  private final Outcomes outcomes;
  private final Alarm alarm;
  private final WorkerTotals.Oldest oldest;

  public ExplainTask(ProcessorContext<byte[], byte[]> context, FlowParts shared) {
    this.parts = TaskParts.of(context, shared);
    this.pending = parts.pending();
    this.cache = parts.cache();
    this.oldest = shared.totals().open();
    this.reader = new RequestRecordReader(shared.decoder(), shared.settings());
    this.gate = new GateView(parts.lane(), parts.clock());
    this.failures = new Failures(parts, gate);
    this.settlements = new Settlements(parts, failures);
    this.offers = new Offers(parts, gate, failures, settlements);
    this.outcomes = new Outcomes(parts, gate, failures, settlements, offers);
    this.alarm = new Alarm(context, shared.alarms(), shared.commits(), this::onAlarm);
    parts.barrier().send(parts.now());
    alarm.at(parts.barrier().nextSend());
  }

  /**
   * Handles a record. {@link #goOn} has to be called after it.
   *
   * @param place the record's topic, partition and offset
   */
  public void process(Record<String, ExplainInput> record, Origin place) {
    switch (record.value()) {
      case ExplainInput.Asked(byte[] value) -> asked(record, value, place);
      case ExplainInput.Reported(Optional<OutcomeRecord> outcome) ->
          outcome
              .filter(it -> outcomes.isWithinBounds(record.key(), it))
              .ifPresentOrElse(
                  it -> outcomes.read(record.key(), it),
                  () -> parts.salvage().note(Faults.Kind.OUTCOME_SKIPPED, place.text()));
    }
  }

  /** Rejects a record of which the task has died several times, instead of handling it. */
  public void takeOut(Record<String, ExplainInput> record, Origin place) {
    parts.salvage().takeOut(record, place);
  }

  /**
   * Begins the calls that may begin now, and sets the alarm to the earliest time at which this task
   * has work without a record. An exception here is not the fault of the last record.
   */
  public void goOn() {
    Instant now = parts.now();
    alarm.at(offers.pump(now));
    alarm.at(parts.barrier().nextSend());
    alarm.at(parts.calls().nextCheck());
    alarm.at(cache.isSwept() ? Instant.MAX : now);
    pending.nextDeadline().ifPresent(alarm::at);
    pending.nextDueTime().filter(due -> due.isAfter(now)).ifPresent(alarm::at);
    cache.nextExpiry().ifPresent(expiry -> alarm.at(expiry.plus(EXPIRY_DELAY)));
    oldest.since(pending.oldest().orElse(null));
    parts.account().store();
    if (parts.account().lagsBehind(parts.calls().size())) {
      alarm.at(now.plus(BEGUN_CALLS));
    }
  }

  private void onAlarm() {
    Instant now = parts.now();
    settlements.settlePage();
    pending.expire(now, STEP, late -> parts.guarded(late, () -> expire(late, now)));
    parts.calls().check(now);
    parts.barrier().send(now);
    cache.clean(now, STEP);
    goOn();
  }

  public void close() {
    alarm.close();
    pending.close();
    cache.close();
    parts.shared().totals().close(oldest);
    parts.lane().close();
  }

  private void asked(Record<String, ExplainInput> record, byte @Nullable [] value, Origin place) {
    Instant now = parts.now();
    Optional<RequestRecordReader.Result> read = reader.read(record, value, place, now);
    if (read.isEmpty()) {
      parts.salvage().skip(record, place);
      return;
    }
    PendingRequest request = read.get().request();
    if (read.get().mended()) {
      parts.salvage().note(Faults.Kind.REQUEST_MENDED, place.text());
    }
    Optional<StoredExplanation> hit = cache.fresh(request, now);
    if (hit.isPresent()) {
      served(request, hit.get(), now);
      return;
    }
    parts.shared().listener().storeMiss();
    if (!request.deadline().isAfter(now)) {
      failures.expired(request, now);
    } else if (record.headers().lastHeader(HeaderNames.NOT_BEFORE) != null) {
      admit(request); // from the retry topic
    } else if (pending.workerTotal() >= parts.shared().settings().requests().maxPending()) {
      parts.results().givenUp(request, Status.UNAVAILABLE, ErrorCode.OVERLOADED, null, 0, now);
    } else {
      arrived(request, now);
    }
  }

  /** A request from intake, not from the retry topic, for which no explanation is cached. */
  private void arrived(PendingRequest request, Instant now) {
    ErrorCode reason = offers.turnAwayReason(request);
    if (reason != null) {
      failures.turnedAway(request, reason, now);
      return;
    }
    boolean joins = !parts.calls().isUnderWay(request.cacheKey());
    admit(joins ? failures.joining(request, now).orElse(request) : request);
    offers.lookAhead(request);
  }

  private void served(PendingRequest request, StoredExplanation entry, Instant now) {
    FlowListener listener = parts.shared().listener();
    Explanation explanation = entry.explanation();
    if (explanation == null) {
      failures.blockedBefore(request, now);
      listener.blockedBefore();
    } else {
      parts.results().explained(request, explanation, Source.STATE_STORE, request.attempts(), now);
      listener.storeHit(explanation.usage());
      parts.shared().totals().hits().add(request.cacheKey(), entry.validity(), now);
    }
  }

  private void admit(PendingRequest request) {
    Generation required = cache.required(() -> parts.results().hashes(request));
    pending.add(required.offset() < 0 ? request : request.requiring(required));
  }

  private void expire(PendingRequest late, Instant now) {
    pending.remove(late);
    parts.shared().traces().waited(late, null, ErrorCode.DEADLINE_EXCEEDED, now);
    failures.expired(late, now);
    CallsUnderWay calls = parts.calls();
    if (calls.isUnderWay(late.cacheKey()) && pending.head(late.cacheKey()).isEmpty()) {
      calls.withdraw(late.cacheKey());
    }
  }
}
