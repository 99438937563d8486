package dev.explanations.worker.policy;

import java.util.List;

/** A file of prompts or prices cannot be used. */
public final class InvalidFileException extends Exception {

  private static final long serialVersionUID = 1;

  private final List<String> problems;

  /**
   * @param problems one readable line each, with the line number in the file where there is one
   */
  InvalidFileException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
