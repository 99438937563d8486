package dev.explanations.worker.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Text with places for a request's fields, such as {@code {topic}}. A literal brace is doubled.
 *
 * <p>No value breaks out of its place. Behind a label and up to the end of the line, as in {@code
 * Topic: {topic}}, a value appears as given, its line breaks replaced by spaces. Elsewhere, and
 * everywhere in a template with tags or fences, it appears as a JSON string in which {@code <},
 * {@code >} and backticks are escaped as well; quotes around such a place in the template are those
 * of the string.
 */
public final class Template {

  private static final Pattern TOKEN = Pattern.compile("\\{\\{|}}|(\"?)(\\{\\w*})(\"?)|[{}]");

  private static final Pattern TAG_OR_FENCE = Pattern.compile("<|```|\"\"\"|~~~");

  /** Values that a place can name. */
  private enum Field {
    TOPIC("{topic}"),
    SUBTOPIC("{subtopic}"),
    EDUCATION("{education}"),
    LANGUAGE("{language}"),
    MAX_WORDS("{maxWords}");

    private final String place;

    Field(String place) {
      this.place = place;
    }

    private static Optional<Field> ofPlace(String place) {
      return Stream.of(values()).filter(field -> field.place.equals(place)).findFirst();
    }

    private String of(ExplanationRequest request, int maxWords) {
      return switch (this) {
        case TOPIC -> request.topic();
        case SUBTOPIC -> request.subtopic();
        case EDUCATION -> request.education();
        case LANGUAGE -> request.language();
        case MAX_WORDS -> Integer.toString(maxWords);
      };
    }
  }

  private static final String PLACES =
      Stream.of(Field.values()).map(field -> field.place).collect(Collectors.joining(", "));

  private sealed interface Part {
    record Text(String text) implements Part {}

    record Place(Field field, boolean quoted) implements Part {}
  }

  /** Either a template or what is wrong with it. */
  public sealed interface Parsed {
    record Valid(Template template) implements Parsed {}

    /**
     * @param problems one readable sentence each
     */
    record Invalid(List<String> problems) implements Parsed {}
  }

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  public static Parsed parse(String text) {
    List<Part> parts = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    Matcher token = TOKEN.matcher(text);
    boolean delimited = TAG_OR_FENCE.matcher(text).find();
    int end = 0;
    while (token.find()) {
      plain.append(text, end, token.start());
      end = token.end();
      String place = token.group(2);
      if (place == null) {
        plain.append(token.group().charAt(0));
        if (token.group().length() == 1) {
          problems.add("a brace that is no place must be doubled: {{ or }}");
        }
        continue;
      }
      Optional<Field> field = Field.ofPlace(place);
      if (field.isEmpty()) {
        problems.add("%s is no place, must be one of %s".formatted(place, PLACES));
        continue;
      }
      boolean isText = field.get() != Field.MAX_WORDS;
      boolean inQuotes = isText && !token.group(1).isEmpty() && !token.group(3).isEmpty();
      plain.append(inQuotes ? "" : token.group(1));
      boolean quoted =
          isText && (inQuotes || delimited || !isLabelled(text, token.start(2), token.end(2)));
      parts.add(new Part.Text(plain.toString()));
      plain.setLength(0);
      parts.add(new Part.Place(field.get(), quoted));
      plain.append(inQuotes ? "" : token.group(3));
    }
    parts.add(new Part.Text(plain.append(text, end, text.length()).toString()));
    return problems.isEmpty()
        ? new Parsed.Valid(new Template(List.copyOf(parts)))
        : new Parsed.Invalid(problems);
  }

  private static boolean isLabelled(String text, int start, int end) {
    return text.startsWith(": ", start - 2) && (end == text.length() || text.charAt(end) == '\n');
  }

  /** Whether requests that differ in their topic or subtopic get different texts. */
  public boolean tellsTopicAndSubtopic() {
    return has(Field.TOPIC) && has(Field.SUBTOPIC);
  }

  private boolean has(Field field) {
    return parts.stream()
        .anyMatch(part -> part instanceof Part.Place(Field there, _) && there == field);
  }

  String of(ExplanationRequest request, int maxWords) {
    if (parts.size() == 1 && parts.getFirst() instanceof Part.Text(String same)) {
      return same;
    }
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String plain) -> text.append(plain);
        case Part.Place(Field field, boolean quoted) -> {
          String value = onOneLine(field.of(request, maxWords));
          if (quoted) {
            quote(value, text);
          } else {
            text.append(value);
          }
        }
      }
    }
    return text.toString();
  }

  private static String onOneLine(String value) {
    StringBuilder line = null;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line = line == null ? new StringBuilder(value) : line;
        line.setCharAt(i, ' ');
      }
    }
    return line == null ? value : line.toString();
  }

  private static void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '<' -> text.append("\\u003c");
        case '>' -> text.append("\\u003e");
        case '`' -> text.append("\\u0060");
        default -> text.append(c);
      }
    }
    text.append('"');
  }
}
