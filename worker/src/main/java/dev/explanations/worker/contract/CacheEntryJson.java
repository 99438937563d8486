package dev.explanations.worker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * Values in the shared cache as in {@code schemas/cached-explanation.schema.json}. Safe for use by
 * many threads. Others write there too, so nothing is taken that the schema does not allow.
 */
public final class CacheEntryJson {

  /** No value is larger; what is cannot be one of ours. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final int SCHEMA_VERSION = 1;

  /** What a call may bring; with a longer text a result might not fit into its topic. */
  private static final int MAX_TEXT = 32 * 1024;

  private static final int MAX_NAME = 200;
  private static final int MAX_HASH = 64;
  private static final Instant MAX_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /**
   * UTF-8 JSON.
   *
   * @param cacheKey goes into the value, so that one found under another key is not taken for it
   */
  public byte[] write(String cacheKey, CacheEntry entry) {
    Explanation explanation = entry.explanation();
    return Json.object(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          Json.text(json, "cacheKey", cacheKey);
          Json.text(json, "text", explanation.text());
          Json.text(json, "model", explanation.model());
          Json.text(json, "promptVersion", explanation.promptVersion());
          UsageJson.write(json, explanation.usage());
          Json.text(json, "topicHash", entry.topicHash());
          Json.text(json, "calledAt", entry.calledAt().toString());
          Json.text(json, "expiresAt", entry.expiresAt().toString());
        });
  }

  /** Empty when {@code bytes} are not an entry of this key that this version knows. */
  public Optional<CacheEntry> read(String cacheKey, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.tree(bytes);
      if (Json.integer(json, "schemaVersion") != SCHEMA_VERSION
          || !Json.text(json, "cacheKey").equals(cacheKey)) {
        return Optional.empty();
      }
      return Optional.of(read(json));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static CacheEntry read(JsonNode json) {
    Explanation explanation =
        new Explanation(
            text(json, "text", MAX_TEXT),
            text(json, "model", MAX_NAME),
            text(json, "promptVersion", MAX_NAME),
            usage(json));
    return new CacheEntry(
        explanation,
        text(json, "topicHash", MAX_HASH),
        instant(json, "calledAt"),
        instant(json, "expiresAt"));
  }

  private static String text(JsonNode json, String name, int max) {
    String text = Json.text(json, name);
    if (text.isEmpty() || text.codePointCount(0, text.length()) > max) {
      throw new IllegalArgumentException(name + " is empty or too long");
    }
    return text;
  }

  private static Usage usage(JsonNode json) {
    Usage usage = UsageJson.read(json);
    if (usage.promptTokens() < 0 || usage.outputTokens() < 0 || usage.totalTokens() < 0) {
      throw new IllegalArgumentException("negative tokens");
    }
    return usage;
  }

  private static Instant instant(JsonNode json, String name) {
    Instant instant = Json.instant(json, name);
    if (instant.isBefore(Instant.EPOCH) || instant.isAfter(MAX_TIME)) {
      throw new IllegalArgumentException(name + " is out of range");
    }
    return instant;
  }
}
