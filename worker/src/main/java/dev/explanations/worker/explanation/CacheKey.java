package dev.explanations.worker.explanation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Identifies an explanation: requests with equal keys get the same text.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record CacheKey(String value) {

  private static final Pattern WHITESPACE = Pattern.compile("(?U)\\s+");

  /**
   * SHA-256 over the canonical form of all that shapes the answer. Each field is preceded by its
   * length in bytes, so {@code ("ab", "c")} and {@code ("a", "bc")} differ.
   */
  public static CacheKey of(ExplanationRequest request, String model, String promptVersion) {
    return new CacheKey(
        sha256(
            canonical(request.topic()),
            canonical(request.subtopic()),
            request.detail().wireName(),
            canonical(request.education()),
            canonical(request.language()),
            model,
            promptVersion));
  }

  /** NFKC again after lower-casing: lower case of a composed letter may be a decomposed one. */
  static String canonical(String text) {
    String lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String composed = Normalizer.normalize(lower, Normalizer.Form.NFKC);
    return WHITESPACE.matcher(composed).replaceAll(" ").strip();
  }

  /** Hexadecimal; over each field's bytes, preceded by their number. */
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

  @Override
  public String toString() {
    return value;
  }
}
