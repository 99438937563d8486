package dev.explanations.worker.records;

import dev.explanations.worker.contract.OutcomeRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the explain processor reads; which of them a record is depends on its topic alone. */
public sealed interface ExplainInput {

  /** A request that intake accepted, or one that comes back from the retry topic. */
  @SuppressWarnings("ArrayRecordComponent") // a record's value, never compared
  record Asked(byte @Nullable [] value) implements ExplainInput {}

  /** News from the outcomes topic; empty when it cannot be read. */
  record Reported(Optional<OutcomeRecord> outcome) implements ExplainInput {}
}
