package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the id that a rejected result can be addressed to, in whatever was sent. */
final class RequestIds {

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

  private final RequestSchema schema;

  RequestIds(RequestSchema schema) {
    this.schema = schema;
  }

  /** The id in {@code value} if it has a usable one, else the key if that is usable. */
  @Nullable String find(byte @Nullable [] key, byte[] value) {
    String scanned = scan(value);
    return scanned != null && schema.isUsableId(scanned) ? scanned : fromKey(key);
  }

  @Nullable String fromKey(byte @Nullable [] key) {
    if (key == null) {
      return null;
    }
    try {
      String id =
          unquoted(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
      return schema.isUsableId(id) ? id : null;
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
   * The top-level requestId as far as {@code value} is JSON; {@code null} if there are several that
   * differ. Malformed bytes are replaced, so that an id after them is found; an id that contains
   * the replacement character may itself have been malformed, and is not taken.
   */
  private static @Nullable String scan(byte[] value) {
    String id = null;
    try (JsonParser json =
        LENIENT.createParser(RequestText.withoutMark(new String(value, StandardCharsets.UTF_8)))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals(NAME);
        JsonToken token = json.nextToken();
        if (found && token == JsonToken.VALUE_STRING) {
          String text = json.getText();
          if (id != null && !id.equals(text)) {
            return null;
          }
          id = text;
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
