package dev.explanations.worker.explanation;

import java.util.Locale;

/** How long an explanation may be. */
public enum Detail {
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

  /** The name used in JSON: {@code brief}, {@code medium}, {@code detailed}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
