package dev.explanations.worker.control;

import java.util.List;

/** Result of a command. */
public sealed interface CommandResult {

  /**
   * The command is on the control topic: every worker will apply it, also one that is away now.
   *
   * @param applied the instance ids of the live workers in which it is in force, sorted
   * @param missing the other live workers, sorted
   */
  record Receipt(long offset, List<String> applied, List<String> missing) implements CommandResult {
    public Receipt {
      applied = List.copyOf(applied);
      missing = List.copyOf(missing);
    }
  }

  /**
   * Kafka has not acknowledged the command in time. It is not sent again; but if it had been
   * written, it takes effect all the same.
   *
   * @param reason in words
   */
  record NotPublished(String reason) implements CommandResult {}
}
