package dev.explanations.worker.flow;

import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lanes;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.spending.Ledger;
import java.util.function.Supplier;

/**
 * Parts that all processors of a worker share. Each is thread-safe.
 *
 * @param cacheState cache entries voided by commands so far
 */
public record FlowParts(
    ExplainSettings settings,
    FlowTopics topics,
    RequestDecoder decoder,
    Lanes lanes,
    Supplier<CacheState> cacheState,
    WorkerTotals totals,
    Ledger ledger,
    Alarms alarms,
    CommitRequests commits,
    FlowListener listener,
    RequestTraces traces,
    Faults faults) {}
