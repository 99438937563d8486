package dev.explanations.worker.task;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.LastResort;
import dev.explanations.worker.flow.Outbox;
import dev.explanations.worker.flow.Outlet;
import dev.explanations.worker.flow.Unforeseen;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.CorruptEntry;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import java.time.InstantSource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes out records and store entries over which a task fails, so that they hold nothing up, and
 * writes a dead letter for each. Used by the stream thread only.
 */
final class Salvage {

  private final FlowParts shared;
  private final Outbox outbox;
  private final InstantSource clock;
  private final int partition;
  private final LastResort lastResort;

  Salvage(FlowParts shared, Outbox outbox, InstantSource clock, int partition) {
    this.shared = shared;
    this.outbox = outbox;
    this.clock = clock;
    this.partition = partition;
    this.lastResort = new LastResort(shared, Sinks.EXPLAIN);
  }

  void note(Faults.Kind kind, String what) {
    shared.faults().note(kind, what, null);
  }

  /** Rejects a record of which the task has died several times. */
  void takeOut(Record<String, ExplainInput> record, Origin place) {
    note(Faults.Kind.RECORD_TAKEN_OUT, place.text());
    reject(record, place, "the worker failed over it again and again");
  }

  /** Rejects a record that is no readable request. */
  void skip(Record<String, ExplainInput> record, Origin place) {
    note(Faults.Kind.RECORD_SKIPPED, place.text());
    reject(record, place, "a record of an internal topic that is no request");
  }

  private void reject(Record<String, ExplainInput> record, Origin place, String detail) {
    if (record.value() instanceof ExplainInput.Asked(byte[] value) && value != null) {
      tell(
          WorkerHeaders.bytes(record.headers(), HeaderNames.KEY),
          value,
          WorkerHeaders.inbound(record.headers()),
          RequestRecordReader.origin(record.headers(), place),
          detail,
          outbox);
    }
  }

  /** Writes a dead letter for an entry that could not be read and has been deleted. */
  void takenOut(CorruptEntry entry) {
    Origin origin = entry.origin();
    Origin known = origin == null ? new Origin("unknown", partition, 0) : origin;
    note(Faults.Kind.ENTRY_TAKEN_OUT, known.text() + " at " + entry.storeKey());
    tell(
        entry.key(),
        entry.value(),
        new RecordHeaders(),
        known,
        "its entry in the state store could not be read",
        outbox.atOnce());
  }

  /**
   * Runs a step; if it throws, the request leaves the store with a dead letter and nothing that the
   * step sent is forwarded. Failures of the surroundings are thrown on.
   */
  void guarded(PendingStore pending, PendingRequest request, Runnable step) {
    try {
      outbox.whole(step);
    } catch (RuntimeException | Error e) {
      if (Unforeseen.isSurroundings(e)) {
        throw Unforeseen.asException(e);
      }
      shared.faults().note(Faults.Kind.ENTRY_TAKEN_OUT, request.origin().text(), e);
      pending.remove(request);
      tell(
          request.key(),
          request.value(),
          WorkerHeaders.fromStore(request.headers()),
          request.origin(),
          "the worker failed over it: " + e.getClass().getSimpleName(),
          outbox);
    }
  }

  private void tell(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      Origin origin,
      String detail,
      Outlet out) {
    lastResort.tell(new Record<>(key, value, clock.millis(), headers), origin, detail, out);
  }
}
