package dev.explanations.worker.acl;

/** Consequence of a grant that is missing. */
public enum Need {
  /** The client does not work at all. */
  REQUIRED("does not work"),

  /** The client works with topics that exist, and creates none. */
  CREATION("works if the topic exists"),

  /** The client works, with less than it could do; its log names the grant. */
  OPTIONAL("goes on, and says so");

  private final String without;

  Need(String without) {
    this.without = without;
  }

  /** What the client does without the grant. */
  String without() {
    return without;
  }
}
