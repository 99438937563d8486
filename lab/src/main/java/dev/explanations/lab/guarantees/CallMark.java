package dev.explanations.lab.guarantees;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The marks of a simulated text: {@code [call N]} at its beginning, {@code [end N]} at its end. */
public final class CallMark {

  private static final Pattern BEGINNING = Pattern.compile("\\[call (\\d{1,18})]");

  private CallMark() {}

  /** Number of the call that the text came from; empty when it came from none. */
  public static OptionalLong number(String text) {
    Matcher matcher = BEGINNING.matcher(text);
    return matcher.lookingAt()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Whether the text is that call's from beginning to end. */
  public static boolean isWhole(String text, long number) {
    return text.startsWith("[call " + number + "]") && text.endsWith("[end " + number + "]");
  }

  /** Numbers of the calls whose texts are somewhere in an entry. */
  public static List<Long> numbersIn(String entry) {
    return BEGINNING
        .matcher(entry)
        .results()
        .map(each -> Long.parseLong(each.group(1)))
        .distinct()
        .toList();
  }

  /** Whether an entry has that call's text from beginning to end. */
  public static boolean holdsWhole(String entry, long number) {
    int begin = entry.indexOf("[call " + number + "]");
    return begin >= 0 && entry.indexOf("[end " + number + "]", begin) >= 0;
  }
}
