package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.flow.FlowListener;
import java.time.Duration;
import java.util.Objects;

/** Counts requests and their results. Thread-safe. */
record CountedFlow(Meters meters) implements FlowListener {

  @Override
  public void received() {
    meters.received.increment();
  }

  @Override
  public void answered(ExplanationResult result) {
    switch (result.status()) {
      case EXPLAINED -> {
        Source source = Objects.requireNonNull(result.source());
        Objects.requireNonNull(meters.explained.get(source)).increment();
        meters.endToEnd.record(Duration.between(result.requestedAt(), result.completedAt()));
        if (source == Source.STATE_STORE) {
          meters.saved(meters.storeSaved, Objects.requireNonNull(result.explanation()));
        }
      }
      case UNAVAILABLE -> meters.unavailable.increment();
      case REJECTED -> meters.rejected.increment();
    }
  }

  @Override
  public void deadLetter(ErrorCode reason) {
    Objects.requireNonNull(meters.deadLetters.get(reason)).increment();
  }

  @Override
  public void retried(ErrorCode reason) {
    Objects.requireNonNull(meters.retries.get(reason)).increment();
  }

  @Override
  public void storeHit(Usage saved) {
    meters.storeHits.increment();
    meters.storeTokensSaved.increment(saved.totalTokens());
  }

  @Override
  public void blockedBefore() {
    meters.negativeHits.increment();
  }

  @Override
  public void storeMiss() {
    meters.storeMisses.increment();
  }

  @Override
  public void stored() {
    meters.storeSets.increment();
  }
}
