package dev.explanations.worker.gemini.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.answer.AnswerBody.Origin;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@link AnswerBody} from the body of a 200 as it arrives. The SDK's own types refuse a
 * whole answer for one optional field that is null or of another type than expected; this reader
 * skips whatever it does not need, unread and unkept, so neither a field's type nor the size of the
 * body matters. For one body, used by one thread.
 */
public final class AnswerReader {

  /** In characters. The longest explanation with all else that Gemini sends has some 100,000. */
  static final int MAX_BODY = 8 * 1024 * 1024;

  /** No model takes or writes so many; a count beyond it would block the minute's token limit. */
  static final int MAX_TOKENS = 10_000_000;

  private static final String UNSPECIFIED = "_UNSPECIFIED";

  /** By number, as far as the Gemini API and Vertex AI agree; 6 to 8 are refusals in both. */
  private static final List<String> FINISH_REASONS =
      List.of(
          "FINISH_REASON_UNSPECIFIED",
          "STOP",
          "MAX_TOKENS",
          "SAFETY",
          "RECITATION",
          "OTHER",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII");

  /** Lenient: what is wrong in a field that is skipped must not make the others unreadable. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BODY)
                  .maxStringLength(2 * GeminiAnswers.MAX_TEXT)
                  .maxNumberLength(100_000)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** Reads a value: begins at its first token and ends at its last. */
  @FunctionalInterface
  private interface Value {
    void read() throws IOException;
  }

  private final JsonParser json;
  private Origin origin = Origin.EMPTY;
  private String error = "";
  private String blockReason = "";
  private int candidates;
  private String finishReason = "";
  private final StringBuilder text = new StringBuilder();
  private String partText = "";
  private boolean partIsThought;
  private String model = "";
  private String id = "";
  private int promptTokens;
  private int answerTokens;
  private int thoughtTokens;
  private int cachedTokens;
  private int totalTokens;

  /** Readers of the fields that only Gemini's answers have, by name. */
  private final Map<String, Value> fields =
      Map.of(
          "candidates", () -> each(this::candidate),
          "promptFeedback", () -> object(Map.of("blockReason", () -> blockReason = enumName())),
          "usageMetadata", () -> object(counts()),
          "modelVersion", () -> model = string(),
          "responseId", () -> id = string());

  private AnswerReader(JsonParser json) {
    this.json = json;
  }

  /**
   * Closes the body, read to its end or not.
   *
   * @throws IOException if the body does not arrive
   */
  public static AnswerBody read(Reader body) throws IOException {
    try (JsonParser json = JSON.createParser(body)) {
      AnswerReader reader = new AnswerReader(json);
      try {
        reader.body();
        return reader.answer("");
      } catch (StreamConstraintsException e) {
        return reader.answer("too large or too deep");
      } catch (JsonProcessingException e) {
        return reader.answer("not JSON, or cut off");
      }
    }
  }

  private AnswerBody answer(String defect) {
    // thoughts are in the total also where they are not told apart
    int total = Math.max(promptTokens + answerTokens + thoughtTokens, totalTokens);
    // what breaks off before its first field is a page, or nothing that can be told
    boolean foreign = !error.isEmpty() || (origin == Origin.EMPTY && !defect.isEmpty());
    return new AnswerBody(
        foreign ? Origin.FOREIGN : origin,
        defect,
        error,
        blockReason,
        finishReason,
        text.toString(),
        model,
        id,
        new Usage(promptTokens, total - promptTokens, total),
        thoughtTokens,
        cachedTokens);
  }

  private void body() throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      return;
    }
    if (first == JsonToken.START_OBJECT) {
      topLevel();
    } else {
      // an error may be wrapped in an array
      each(this::topLevel);
      origin = Origin.FOREIGN;
    }
  }

  private void topLevel() throws IOException {
    object(
        name -> {
          Value own = fields.get(name);
          if (own != null) {
            origin = Origin.GEMINI;
            return own;
          }
          origin = origin == Origin.EMPTY ? Origin.FOREIGN : origin;
          return name.equals("error") ? this::error : null;
        });
  }

  /** The first alone is used; more are never asked for. */
  private void candidate() throws IOException {
    if (candidates++ > 0) {
      json.skipChildren();
      return;
    }
    object(
        Map.of(
            "finishReason", () -> finishReason = enumName(),
            "content", () -> object(Map.of("parts", () -> each(this::part)))));
  }

  private void part() throws IOException {
    partText = "";
    partIsThought = false;
    object(Map.of("text", () -> partText = string(), "thought", () -> partIsThought = isTrue()));
    if (!partIsThought && text.length() <= GeminiAnswers.MAX_TEXT) {
      text.append(partText);
    }
  }

  private Map<String, Value> counts() {
    return Map.of(
        "promptTokenCount", () -> promptTokens = number(),
        "candidatesTokenCount", () -> answerTokens = number(),
        "thoughtsTokenCount", () -> thoughtTokens = number(),
        "cachedContentTokenCount", () -> cachedTokens = number(),
        "totalTokenCount", () -> totalTokens = number());
  }

  private void error() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() == JsonToken.START_OBJECT) {
      object(Map.of("message", () -> error = string()));
    } else {
      error = string();
    }
    error = error.isBlank() ? "without a message" : error;
  }

  private void object(Map<String, Value> readers) throws IOException {
    object(readers::get);
  }

  /** Reads an object's values, each with the reader of its field; a field with none is skipped. */
  private void object(Function<String, @Nullable Value> readers) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      Value reader = readers.apply(name);
      if (reader == null) {
        json.skipChildren();
      } else {
        reader.read();
      }
    }
  }

  private void each(Value element) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      element.read();
    }
  }

  /** A string; empty for a value of another type, which is skipped. */
  private String string() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return "";
  }

  private boolean isTrue() throws IOException {
    return json.currentToken() == JsonToken.VALUE_TRUE || string().equalsIgnoreCase("true");
  }

  /** A constant by its name, in whatever case, or by its number; empty if unspecified. */
  private String enumName() throws IOException {
    boolean number = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    String name = (number ? json.getText() : string()).strip().toUpperCase(Locale.ROOT);
    if (name.matches("\\d")) {
      int value = Integer.parseInt(name);
      name = value < FINISH_REASONS.size() ? FINISH_REASONS.get(value) : name;
    }
    return name.endsWith(UNSPECIFIED) ? "" : name;
  }

  /** A count, as a number or in a string; 0 if it is neither. Bounded, so that sums are, too. */
  private int number() throws IOException {
    String digits = json.currentToken().isNumeric() ? json.getText() : string();
    try {
      return (int) Math.clamp(Double.parseDouble(digits), 0, MAX_TOKENS);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
