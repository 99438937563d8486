package dev.explanations.worker.contract.peer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.contract.Json;
import dev.explanations.worker.contract.UsageJson;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import java.util.Optional;

/**
 * Values in the shared cache as in {@code schemas/cached-explanation.schema.json}. Thread-safe.
 * Others write there too, so nothing is taken that the schema does not allow.
 */
public final class CacheEntryJson {

  /** Size of the largest value that is written; a larger one is not read. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final int SCHEMA_VERSION = 2;

  /**
   * UTF-8 JSON.
   *
   * @param cacheKey written into the value, so that {@link #read} refuses it under another key
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
          Json.text(json, "topicHash", entry.hashes().topic());
          Json.text(json, "questionHash", entry.hashes().question());
          Json.text(json, "calledAt", entry.calledAt().toString());
          Json.text(json, "expiresAt", entry.expiresAt().toString());
        });
  }

  /** Empty unless {@code bytes} are an entry of this key in a known schema version. */
  public Optional<CacheEntry> read(String cacheKey, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.tree(bytes);
      if (Json.longInteger(json, "schemaVersion") != SCHEMA_VERSION
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
            Bounds.text(json, "text", Bounds.TEXT),
            Bounds.text(json, "model", Bounds.NAME),
            Bounds.text(json, "promptVersion", Bounds.NAME),
            UsageJson.read(json));
    return new CacheEntry(
        explanation,
        new FoldedHashes(
            Bounds.text(json, "topicHash", Bounds.HASH),
            Bounds.text(json, "questionHash", Bounds.HASH)),
        Bounds.instant(json, "calledAt"),
        Bounds.instant(json, "expiresAt"));
  }
}
