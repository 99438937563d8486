package dev.explanations.worker.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The readable parts of an entry of the pending store that cannot be read whole. Not to be
 * compared, since it holds bytes.
 *
 * @param storeKey key of the entry in the store
 * @param origin {@code null} if neither the store key nor the value has it
 * @param key the original record's key
 * @param value the original record's value; {@code null} if unreadable
 */
@SuppressWarnings("ArrayRecordComponent") // the original bytes; never compared, never a map key
public record CorruptEntry(
    String storeKey, @Nullable Origin origin, byte @Nullable [] key, byte @Nullable [] value) {

  private static final CBORFactory CBOR = new CBORFactory();

  /** Depth in the CBOR of the request's own fields: within the entry, and within its request. */
  private static final int REQUEST_DEPTH = 2;

  static CorruptEntry of(String storeKey, byte[] bytes) {
    Found found = new Found();
    try (JsonParser parser = CBOR.createParser(bytes)) {
      found.read(parser);
    } catch (IOException | RuntimeException e) {
      // what was found before the damage is kept
    }
    Origin origin = found.origin();
    return new CorruptEntry(
        storeKey, origin == null ? originIn(storeKey) : origin, found.key, found.value);
  }

  /** Origin of a follower, whose store key is {@link PendingRequest#id}. */
  private static @Nullable Origin originIn(String storeKey) {
    String[] parts = storeKey.split("/", -1);
    try {
      return parts.length == 4
          ? new Origin(
              parts[1], HexFormat.fromHexDigits(parts[2]), HexFormat.fromHexDigitsToLong(parts[3]))
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static final class Found {
    byte @Nullable [] key;
    byte @Nullable [] value;
    private @Nullable String topic;
    private int partition = -1;
    private long offset = -1;

    void read(JsonParser parser) throws IOException {
      int depth = 0;
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        String name = parser.currentName();
        if (name == null || !token.isScalarValue()) {
          continue;
        }
        if (depth == REQUEST_DEPTH && token == JsonToken.VALUE_EMBEDDED_OBJECT) {
          switch (name) {
            case "key" -> key = parser.getBinaryValue();
            case "value" -> value = parser.getBinaryValue();
            default -> {}
          }
        } else if (depth == REQUEST_DEPTH + 1) {
          switch (name) {
            case "topic" -> topic = parser.getText();
            case "partition" -> partition = parser.getIntValue();
            case "offset" -> offset = parser.getLongValue();
            default -> {}
          }
        }
      }
    }

    @Nullable Origin origin() {
      return topic == null || partition < 0 || offset < 0
          ? null
          : new Origin(topic, partition, offset);
    }
  }
}
