package dev.explanations.worker.explanation;

/** Prompts with any words. */
public final class TestPrompt {

  private TestPrompt() {}

  public static Prompt of(String systemInstruction, String userText, int maxWords) {
    return new Prompt("1", systemInstruction, userText, new Prompt.Limits(maxWords, null, null));
  }
}
