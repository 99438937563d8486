package dev.explanations.worker.topology;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.flow.FlowListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers what it was told, as words in their order. */
final class RecordingListener implements FlowListener {

  final List<String> heard = new ArrayList<>();

  /** What is thrown when something is heard that begins with a key. */
  final Map<String, Throwable> throwing = new HashMap<>();

  private void hear(String what) {
    heard.add(what);
    throwing.forEach(
        (start, thrown) -> {
          if (what.startsWith(start)) {
            RecordingListener.<RuntimeException>sneak(thrown);
          }
        });
  }

  @SuppressWarnings("unchecked") // an Error is not to be wrapped
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Override
  public void received() {
    hear("received");
  }

  @Override
  public void answered(ExplanationResult result) {
    hear(result.status() + " " + result.source());
  }

  @Override
  public void deadLetter(ErrorCode reason) {
    hear("dead letter " + reason);
  }

  @Override
  public void retried(ErrorCode reason) {
    hear("retried " + reason);
  }

  @Override
  public void storeHit(Usage saved) {
    hear("hit " + saved.totalTokens());
  }

  @Override
  public void blockedBefore() {
    heard.add("refused before");
  }

  @Override
  public void storeMiss() {
    hear("miss");
  }

  @Override
  public void stored() {
    hear("stored");
  }
}
