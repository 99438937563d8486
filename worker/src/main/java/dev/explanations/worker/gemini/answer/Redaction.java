package dev.explanations.worker.gemini.answer;

import dev.explanations.worker.contract.Words;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes texts of Gemini and proxies fit for logs, results and headers: one short line, no secrets.
 * Thread-safe.
 */
public final class Redaction {

  static final int MAX_MESSAGE = 500;
  private static final String REDACTED = "******";

  /** Keys and tokens of Google by their look: a proxy may echo one that is not ours. */
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "AIza[0-9A-Za-z_-]{10,}|ya29\\.[0-9A-Za-z._-]+|(?i:bearer) +[0-9A-Za-z._~+/-]{8,}=*");

  private final @Nullable Pattern secret;

  public Redaction(List<String> secrets) {
    String any =
        secrets.stream()
            .filter(it -> !it.isBlank())
            .map(Redaction::anyFormOf)
            .collect(Collectors.joining("|"));
    this.secret = any.isEmpty() ? null : Pattern.compile(any);
  }

  /** Pattern of a secret in plain text, with URL or JSON escapes, and in Base64. */
  private static String anyFormOf(String secret) {
    String plain =
        secret
            .chars()
            .mapToObj(it -> "(?:\\\\?\\x{%1$x}|%%(?i:%1$02x))".formatted(it))
            .collect(Collectors.joining());
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
        .map(it -> Pattern.quote(it.withoutPadding().encodeToString(bytes)) + "=*")
        .collect(Collectors.joining("|", plain + "|", ""));
  }

  /** Redacted before it is cut, so that no part of a secret survives at the edge. */
  String message(String text) {
    // our own first: the other pattern might leave a part of it
    String clean = secret == null ? text : secret.matcher(text).replaceAll(REDACTED);
    clean = CREDENTIAL.matcher(clean).replaceAll(REDACTED);
    return Words.shortened(Words.oneLine(clean), MAX_MESSAGE);
  }
}
