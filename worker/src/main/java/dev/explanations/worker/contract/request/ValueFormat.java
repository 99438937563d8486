package dev.explanations.worker.contract.request;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognises by its first bytes in which format a value is. A JSON text begins with an ASCII
 * character other than NUL, and but for a number of one digit a second one follows.
 */
final class ValueFormat {

  /** Magic byte and schema id of the Confluent wire format. */
  private static final int WIRE_PREFIX = 5;

  private static final Map<String, byte[]> COMPRESSIONS =
      Map.of(
          "gzip", HexFormat.of().parseHex("1f8b"),
          "zstd", HexFormat.of().parseHex("28b52ffd"),
          "LZ4", HexFormat.of().parseHex("04224d18"),
          "Snappy", HexFormat.of().parseHex("82534e41505059"));

  private ValueFormat() {}

  /** Whether it begins like the Confluent wire format: no JSON text begins with 0x00. */
  static boolean isWireFormat(byte[] value) {
    return value.length > 0 && value[0] == 0 && charset(value).equals(StandardCharsets.UTF_8);
  }

  /** Value behind the prefix of the Confluent wire format; the value itself without one. */
  static byte[] json(byte[] value) {
    return isWireFormat(value)
        ? Arrays.copyOfRange(value, Math.min(value.length, WIRE_PREFIX), value.length)
        : value;
  }

  /** Names compression or encoding, for the producer; {@code null} if neither is recognised. */
  static @Nullable String refusal(byte[] value) {
    for (Map.Entry<String, byte[]> each : COMPRESSIONS.entrySet()) {
      byte[] magic = each.getValue();
      if (value.length >= magic.length
          && Arrays.equals(magic, 0, magic.length, value, 0, magic.length)) {
        return "compressed with %s: send the JSON as it is, and set the producer's compression.type"
            .formatted(each.getKey());
      }
    }
    Charset charset = charset(value);
    return charset.equals(StandardCharsets.UTF_8)
        ? null
        : "encoded as %s: encode the JSON as UTF-8".formatted(charset.name());
  }

  /** UTF-16 or UTF-32 where a byte order mark or the places of zero bytes tell so, else UTF-8. */
  static Charset charset(byte[] value) {
    int mark = at(value, 0) << 8 | at(value, 1);
    boolean[] zero = new boolean[8];
    for (int i = 0; i < zero.length; i++) {
      zero[i] = at(value, i) == 0;
    }
    if (zero[0] && zero[1] && zero[4] && zero[5]) {
      // in the wire format the JSON begins at 5
      return StandardCharsets.UTF_32BE;
    }
    if (!zero[0] && (zero[1] || mark == 0xFFFE) && zero[2] && zero[3]) {
      return StandardCharsets.UTF_32LE;
    }
    if (mark == 0xFFFE || (!zero[0] && zero[1])) {
      return StandardCharsets.UTF_16LE;
    }
    boolean wire = at(value, WIRE_PREFIX) == '{' && at(value, WIRE_PREFIX + 1) > 0;
    return mark == 0xFEFF || (zero[0] && !zero[1] && zero[2] && !zero[3] && !wire)
        ? StandardCharsets.UTF_16BE
        : StandardCharsets.UTF_8;
  }

  /** The byte there, without sign; -1 behind the end. */
  private static int at(byte[] value, int index) {
    return index < value.length ? Byte.toUnsignedInt(value[index]) : -1;
  }
}
