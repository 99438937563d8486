package dev.explanations.worker.explanation;

/** How long an explanation may be. */
public enum Detail implements WireName {
  BRIEF(100),
  MEDIUM(150),
  DETAILED(300);

  private final int maxWords;

  Detail(int maxWords) {
    this.maxWords = maxWords;
  }

  public int maxWords() {
    return maxWords;
  }
}
