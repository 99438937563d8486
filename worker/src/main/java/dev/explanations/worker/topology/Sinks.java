package dev.explanations.worker.topology;

/** Names of the sinks that a processor forwards to. */
record Sinks(String results, String deadLetters) {

  static final Sinks INTAKE = new Sinks("intake-results", "intake-dead-letters");
  static final Sinks EXPLAIN = new Sinks("explain-results", "explain-dead-letters");
  static final String ACCEPTED = "accepted";
  static final String RETRIES = "explain-retries";
}
