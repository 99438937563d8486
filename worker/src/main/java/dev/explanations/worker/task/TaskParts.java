package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import java.time.Instant;
import java.time.InstantSource;

/** Parts that the steps of one task share, on its stream thread. */
record TaskParts(
    FlowParts shared,
    InstantSource clock,
    PendingStore pending,
    LocalCache cache,
    Lane lane,
    Barrier barrier,
    CallsUnderWay calls,
    Answers answers,
    Salvage salvage) {

  Instant now() {
    return clock.instant();
  }

  /** Takes the step; a request over which that fails leaves the store. */
  void guarded(PendingRequest request, Runnable step) {
    salvage.guarded(pending, request, step);
  }
}
