package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the id that a rejected result can be addressed to, in whatever was sent. */
record RequestIds(RequestSchema schema) {

  private static final String NAME = "requestId";

  /** Reads on where the strict parser stops; its limits only keep memory in bounds. */
  private static final JsonFactory LENIENT =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /**
   * The id in {@code value} if it has a usable one, else the key if that is usable.
   *
   * @param within the names of the fields in which it may be instead, level by level
   */
  @Nullable String find(byte @Nullable [] key, byte[] value, List<Set<String>> within) {
    String scanned = scan(value, within);
    return scanned != null && schema.isUsable(NAME, scanned) ? scanned : fromKey(key);
  }

  @Nullable String fromKey(byte @Nullable [] key) {
    if (key == null) {
      return null;
    }
    try {
      String id =
          unquoted(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
      return schema.isUsable(NAME, id) ? id : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The text of a JSON string, as the JSON converters of some producers write keys. */
  private static String unquoted(String text) {
    if (!text.startsWith("\"")) {
      return text;
    }
    try (JsonParser json = LENIENT.createParser(text)) {
      String string = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : text;
      return json.nextToken() == null ? string : text;
    } catch (IOException e) {
      return text;
    }
  }

  /**
   * The requestId as far as {@code value} is JSON; {@code null} if there are several that differ.
   * Malformed bytes are replaced, so that an id after them is found; an id that contains the
   * replacement character may itself have been malformed, and is not taken.
   */
  private static @Nullable String scan(byte[] value, List<Set<String>> within) {
    String id = null;
    int depthOfId = 0;
    int depth = 0;
    String text = new String(ValueFormat.json(value), ValueFormat.charset(value));
    try (JsonParser json = LENIENT.createParser(RequestText.withoutMark(text))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (depth >= 0) {
        if (json.nextToken() != JsonToken.FIELD_NAME) {
          depth = json.currentToken() == JsonToken.END_OBJECT ? depth - 1 : -1;
          continue;
        }
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (name.equals(NAME) && token == JsonToken.VALUE_STRING && depth >= depthOfId) {
          String found = json.getText();
          if (id != null && !id.equals(found)) {
            return null;
          }
          id = found;
        } else if (token == JsonToken.START_OBJECT
            && depth < within.size()
            && within.get(depth).contains(name)) {
          depth++;
          id = depth > depthOfId ? null : id;
          depthOfId = Math.max(depth, depthOfId);
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      // not JSON from here on: what was found before still holds
    }
    return id == null || id.indexOf('\uFFFD') >= 0 ? null : id;
  }
}
