package dev.explanations.worker.explanation;

/** How long an explanation may be. */
public enum Detail implements WireName {
  BRIEF,
  MEDIUM,
  DETAILED
}
