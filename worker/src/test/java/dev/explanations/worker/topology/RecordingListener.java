package dev.explanations.worker.topology;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Usage;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it was told, as words in their order. */
final class RecordingListener implements FlowListener {

  final List<String> heard = new ArrayList<>();

  @Override
  public void received() {
    heard.add("received");
  }

  @Override
  public void answered(ExplanationResult result) {
    heard.add(result.status() + " " + result.source());
  }

  @Override
  public void deadLetter(ErrorCode reason) {
    heard.add("dead letter " + reason);
  }

  @Override
  public void retried(ErrorCode reason) {
    heard.add("retried " + reason);
  }

  @Override
  public void storeHit(Usage saved) {
    heard.add("hit " + saved.totalTokens());
  }

  @Override
  public void storeMiss() {
    heard.add("miss");
  }

  @Override
  public void stored() {
    heard.add("stored");
  }
}
