package dev.explanations.lab.guarantees;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The marks of a simulated text: {@code [call N]} at its beginning, {@code [end N]} at its end. */
final class CallMark {

  private static final Pattern BEGINNING = Pattern.compile("\\[call (\\d{1,18})]");

  private CallMark() {}

  /** Number of the call that the text came from; empty when it came from none. */
  static OptionalLong number(String text) {
    Matcher matcher = BEGINNING.matcher(text);
    return matcher.lookingAt()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Whether the text is that call's from beginning to end. */
  static boolean isWhole(String text, long number) {
    return text.startsWith("[call " + number + "]") && text.endsWith("[end " + number + "]");
  }
}
