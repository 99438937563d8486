package dev.explanations.worker.topology;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Usage;

/** Where nobody keeps statistics. */
record DeafListener() implements FlowListener {

  @Override
  public void received() {}

  @Override
  public void answered(ExplanationResult result) {}

  @Override
  public void deadLetter(ErrorCode reason) {}

  @Override
  public void retried(ErrorCode reason) {}

  @Override
  public void storeHit(Usage saved) {}

  @Override
  public void storeMiss() {}

  @Override
  public void refusedBefore() {}

  @Override
  public void stored() {}
}
