package dev.explanations.worker.contract;

import java.util.regex.Pattern;

/** Texts for people that may quote what came from outside. */
public final class Words {

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\s]+");

  private Words() {}

  /** One line of at most {@code max} code points, without control characters. */
  public static String cut(String text, int max) {
    String line = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
    if (line.codePointCount(0, line.length()) <= max) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, max - 1)) + "…";
  }
}
