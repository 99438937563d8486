package dev.explanations.worker.contract;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Makes texts from outside fit to show: one line, bounded, nothing invisible. */
public final class Words {

  private static final Pattern BREAKING = Pattern.compile("[\\p{Cc}\\p{Cs}\\s]+");

  /**
   * Characters that are not seen, or change how others are: directions, joiners, line separators,
   * fillers, variation selectors.
   */
  private static final Pattern INVISIBLE =
      Pattern.compile(
          "[\\p{Cf}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2800\\u3164"
              + "\\uFE00-\\uFE0F\\uFFA0\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}]");

  private Words() {}

  /**
   * One line of at most {@code max} code points, without control characters; invisible ones are
   * shown as their escapes, {@code \\u202E}.
   */
  public static String cut(String text, int max) {
    // most are hashes: the expressions cost a stream thread a twentieth of its time
    boolean plain = text.length() <= max && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    return plain ? text : shortened(visible(oneLine(text)), max);
  }

  /** Without control characters, lone surrogates and line breaks. */
  public static String oneLine(String text) {
    return BREAKING.matcher(text).replaceAll(" ").strip();
  }

  /** At most {@code max} code points. */
  public static String shortened(String text, int max) {
    return text.codePointCount(0, text.length()) <= max
        ? text
        : text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
  }

  /** Invisible characters as JSON's escapes for them: safe to apply to JSON. */
  public static String visible(String text) {
    return INVISIBLE.matcher(text).replaceAll(Words::escape);
  }

  /** With two backslashes, since one would belong to the replacement's own syntax. */
  private static String escape(MatchResult found) {
    StringBuilder escape = new StringBuilder();
    for (char unit : found.group().toCharArray()) {
      escape.append("\\\\u%04X".formatted((int) unit));
    }
    return escape.toString();
  }
}
