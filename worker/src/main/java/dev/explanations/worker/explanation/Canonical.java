package dev.explanations.worker.explanation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Canonical forms of a request's texts, and hashes over them. Free of the platform's locale. */
final class Canonical {

  private static final Pattern WHITESPACE = Pattern.compile("(?U)\\s+");

  /** Default_Ignorable_Code_Point of Unicode, for which Java has no property. */
  private static final Pattern IGNORABLE =
      Pattern.compile(
          "[\\p{Cf}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164\\uFE00-\\uFE0F\\uFFA0"
              + "\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}]");

  private Canonical() {}

  /**
   * NFC, white space collapsed and trimmed. Case, compatibility characters and invisible ones stay:
   * each may change the meaning, and two texts that mean the same cost one call more at worst.
   */
  static String exact(String text) {
    return isPlain(text) ? text : collapsed(Normalizer.normalize(text, Form.NFC));
  }

  /** As {@link #exact}, in lower case. NFC again: a composed letter may have a decomposed one. */
  static String caseless(String text) {
    return Normalizer.normalize(exact(text).toLowerCase(Locale.ROOT), Form.NFC);
  }

  /**
   * About NFKC_Casefold of Unicode: without case, compatibility and ignorable characters. Through
   * upper case, which makes equal what lower case alone keeps apart, as ß and ss, σ and ς.
   */
  static String folded(String text) {
    if (isPlain(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    String visible = IGNORABLE.matcher(Normalizer.normalize(text, Form.NFKC)).replaceAll("");
    String upper = visible.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
    String lower = upper.toLowerCase(Locale.ROOT);
    return collapsed(Normalizer.normalize(lower, Form.NFKC));
  }

  private static String collapsed(String text) {
    return WHITESPACE.matcher(text).replaceAll(" ").strip();
  }

  /** Whether only case may differ between its forms: printable ASCII, single spaces inside. */
  private static boolean isPlain(String text) {
    char before = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || (c == ' ' && before == ' ')) {
        return false;
      }
      before = c;
    }
    return text.isEmpty() || before != ' ';
  }

  /**
   * SHA-256, 64 lower-case hexadecimal digits. Each field is preceded by its length in bytes, so
   * {@code ("ab", "c")} and {@code ("a", "bc")} differ.
   */
  static String sha256(String... fields) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String field : fields) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
