package dev.explanations.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether an answer is like the one that a document shows. What changes from run to run may differ:
 * numbers, and texts with a digit in them (times, ids, addresses). Fields, other texts and booleans
 * may not; where the document says {@code …} it shows only a part.
 */
final class Likeness {

  private static final String ELLIPSIS = "…";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> problems = new ArrayList<>();

  private Likeness() {}

  /** Where the answer is another one; nothing if it is alike. */
  static List<String> problems(String shown, String actual) {
    Likeness likeness = new Likeness();
    if (shown.startsWith("{") || shown.startsWith("[")) {
      try {
        likeness.compare("", JSON.readTree(shown), JSON.readTree(actual));
      } catch (IOException e) {
        likeness.problems.add("not JSON: " + e.getMessage());
      }
    } else {
      likeness.compareLines(shown, actual);
    }
    return likeness.problems;
  }

  private void compareLines(String shown, String actual) {
    Set<String> lines =
        actual.lines().map(Likeness::withoutNumbers).collect(Collectors.toUnmodifiableSet());
    shown
        .lines()
        .filter(line -> !line.contains(ELLIPSIS) && !lines.contains(withoutNumbers(line)))
        .forEach(line -> problems.add("no line like: " + line));
  }

  private static String withoutNumbers(String line) {
    return line.replaceAll("[0-9]+([.E][0-9]+)*", "#");
  }

  private void compare(String at, JsonNode shown, JsonNode actual) {
    if (shown.isObject() && actual.isObject()) {
      compareFields(at, shown, actual);
    } else if (shown.isArray() && actual.isArray()) {
      if (!shown.isEmpty()) {
        compareFirst(at, shown, actual);
      }
    } else if (!isAlike(shown, actual)) {
      problems.add("%s: shown %s, actual %s".formatted(at, shown, actual));
    }
  }

  private void compareFields(String at, JsonNode shown, JsonNode actual) {
    Set<String> more = new TreeSet<>();
    actual.fieldNames().forEachRemaining(more::add);
    for (Map.Entry<String, JsonNode> field : shown.properties()) {
      String name = field.getKey();
      if (name.equals(ELLIPSIS)) {
        more.clear();
      } else if (actual.has(name)) {
        compare(at + "/" + name, field.getValue(), actual.path(name));
      } else {
        problems.add("%s/%s is missing".formatted(at, name));
      }
      more.remove(name);
    }
    more.forEach(name -> problems.add("%s/%s is not shown".formatted(at, name)));
  }

  private void compareFirst(String at, JsonNode shown, JsonNode actual) {
    if (actual.isEmpty()) {
      problems.add(at + " is empty");
    } else {
      compare(at + "/0", shown.path(0), actual.path(0));
    }
  }

  private static boolean isAlike(JsonNode shown, JsonNode actual) {
    if (shown.isTextual() && actual.isTextual()) {
      return shown.equals(actual)
          || shown.textValue().equals(ELLIPSIS)
          || (hasDigit(shown.textValue()) && hasDigit(actual.textValue()));
    }
    // not known yet, or known by now
    boolean numbers =
        (shown.isNumber() || shown.isNull()) && (actual.isNumber() || actual.isNull());
    return numbers || shown.equals(actual);
  }

  private static boolean hasDigit(String text) {
    return text.chars().anyMatch(Character::isDigit);
  }
}
