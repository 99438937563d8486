package dev.explanations.worker.records;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Input of the explain processor. The topic alone decides which of the two a record is. */
public sealed interface ExplainInput {

  /** A request from the accepted or the retry topic. */
  @SuppressWarnings("ArrayRecordComponent") // a record's value, never compared
  record Asked(byte @Nullable [] value) implements ExplainInput {}

  /** A record of the outcomes topic; empty if it cannot be read. */
  record Reported(Optional<OutcomeRecord> outcome) implements ExplainInput {}
}
