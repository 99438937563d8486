package dev.explanations.worker.records;

/** Names of the topology's sinks: those of a processor, and two that one processor alone has. */
public record Sinks(String results, String deadLetters) {

  public static final Sinks INTAKE = new Sinks("intake-results", "intake-dead-letters");
  public static final Sinks EXPLAIN = new Sinks("explain-results", "explain-dead-letters");
  public static final String ACCEPTED = "accepted";
  public static final String RETRIES = "explain-retries";
}
