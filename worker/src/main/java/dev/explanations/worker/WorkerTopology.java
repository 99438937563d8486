package dev.explanations.worker;

import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.dispatch.Lanes;
import dev.explanations.worker.flow.Alarms;
import dev.explanations.worker.flow.CommitRequests;
import dev.explanations.worker.flow.ExplainSettings;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.RequestTraces;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.store.TaskStores;
import dev.explanations.worker.topology.ExplainProcessor;
import dev.explanations.worker.topology.ExplanationTopology;
import dev.explanations.worker.topology.IntakeProcessor;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.LocalDate;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/**
 * Builds the topology from the settings; holds what its tasks share with the rest of the worker.
 */
final class WorkerTopology {
  final Settings settings;
  final Clock clock;
  final Prompts prompts;
  final FlowTopics topics;
  final WorkerTotals totals = new WorkerTotals();
  final Ledger ledger;
  final Alarms alarms = new Alarms();
  final CommitRequests commits = new CommitRequests();
  final Faults faults;

  WorkerTopology(Settings settings, Prompts prompts, Clock clock) {
    this.settings = settings;
    this.prompts = prompts;
    this.clock = clock;
    this.topics = FlowTopics.of(settings.topics(), settings.streams().applicationId());
    this.faults = new Faults(clock);
    this.ledger = new Ledger(() -> LocalDate.ofInstant(clock.instant(), settings.budget().zone()));
  }

  /**
   * @param cacheState the state of the cache by the commands applied so far
   * @param limits size limits of the topics that the topology writes to
   */
  Topology build(
      Lanes lanes,
      Supplier<CacheState> cacheState,
      FlowListener listener,
      TopicLimits limits,
      Tracing tracing) {
    FlowParts parts =
        new FlowParts(
            ExplainSettings.of(settings, limits, prompts),
            topics,
            new RequestDecoder(),
            lanes,
            cacheState,
            totals,
            ledger,
            alarms,
            commits,
            listener,
            new RequestTraces(tracing, settings.streams().applicationId(), topics.results()),
            faults);
    return new ExplanationTopology(
            topics,
            () -> new IntakeProcessor(parts),
            () -> new ExplainProcessor(parts),
            new OutcomeJson(),
            TaskStores.tombstonesKept(settings.cache().maxEntries()))
        .get();
  }

  /** Description of the topology, as Kafka Streams prints it. */
  String describe() {
    Lanes none =
        partition -> {
          throw new IllegalStateException("only described");
        };
    return build(
            none,
            () -> CacheState.UNKNOWN,
            new FlowListener() {},
            new TopicLimits(ClientProperties.MAX_RECORD_BYTES, ClientProperties.MAX_RECORD_BYTES),
            Tracing.OFF)
        .describe()
        .toString();
  }
}
