package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.flow.Emitter;
import dev.explanations.worker.flow.ExplainSettings;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.Outbox;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.TaskStores;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Parts that the classes of one task share. Used by the stream thread only. */
record TaskParts(
    FlowParts shared,
    InstantSource clock,
    PendingStore pending,
    LocalCache cache,
    Lane lane,
    Barrier barrier,
    CallsUnderWay calls,
    Account account,
    ResultWriter results,
    Salvage salvage) {

  static TaskParts of(ProcessorContext<byte[], byte[]> context, FlowParts shared) {
    ExplainSettings settings = shared.settings();
    TaskStores stores = TaskStores.of(context);
    int partition = context.taskId().partition();
    InstantSource clock = () -> Instant.ofEpochMilli(context.currentSystemTimeMs());
    Outbox outbox = new Outbox(context);
    Salvage salvage = new Salvage(shared, outbox, clock, partition);
    PendingStore pending =
        new PendingStore(
            stores,
            settings.inMemoryPerTask(),
            settings.decodedPerTask(),
            shared.totals().pending(),
            salvage::takenOut);
    ExplanationStore explanations =
        new ExplanationStore(
            stores,
            settings.cacheEntriesPerTask(),
            settings.decodedPerTask(),
            shared.totals().explanations(),
            key -> salvage.note(Faults.Kind.ENTRY_TAKEN_OUT, "explanation " + key));
    Emitter emit =
        new Emitter(outbox, Sinks.EXPLAIN, shared.traces(), settings.limits(), shared.listener());
    Lane lane = shared.lanes().open(partition);
    return new TaskParts(
        shared,
        clock,
        pending,
        new LocalCache(explanations, shared.cacheState()),
        lane,
        new Barrier(lane),
        new CallsUnderWay(lane, settings.callTimeout()),
        new Account(stores, shared, partition, lane),
        new ResultWriter(shared.decoder(), settings.prompts(), emit),
        salvage);
  }

  Instant now() {
    return clock.instant();
  }

  /** See {@link Salvage#guarded}. */
  void guarded(PendingRequest request, Runnable step) {
    salvage.guarded(pending, request, step);
  }
}
