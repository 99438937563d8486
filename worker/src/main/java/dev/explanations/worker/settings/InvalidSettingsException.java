package dev.explanations.worker.settings;

import java.util.List;

public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public InvalidSettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * Problems, one line each: the variable's name, its value unless it is a secret, and what is
   * allowed. Never empty.
   */
  public List<String> problems() {
    return problems;
  }
}
