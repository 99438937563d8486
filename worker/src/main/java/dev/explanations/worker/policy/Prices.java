package dev.explanations.worker.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.InvalidSettingsException;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prices of models by date, as in {@code schemas/prices.schema.json}. Immutable. */
public final class Prices {

  /** Service tier of calls that ask for none. */
  public static final String STANDARD = "standard";

  private static final String DEFAULT = "/prices.json";
  private static final String SCHEMA = "/schemas/prices.schema.json";

  /** Power of ten from dollars per million tokens to picodollars per token. */
  private static final int PICO_DIGITS = 6;

  private static final int PICOS_PER_NANO = 1_000;

  /**
   * @param tier of Gemini's service; {@link #STANDARD} unless a call asks for another
   */
  private record Key(String model, String tier) {}

  /**
   * Picodollars per token. Thoughts are billed as output; cached prompt tokens have their own
   * price. The schema bounds prices so that no sum overflows.
   */
  private record Price(long prompt, long cached, long output) {

    Usd of(Usage usage, int cachedTokens) {
      int fromCache = Math.clamp(cachedTokens, 0, usage.promptTokens());
      long picos =
          prompt * (usage.promptTokens() - fromCache)
              + cached * fromCache
              + output * usage.outputTokens();
      return new Usd((picos + PICOS_PER_NANO / 2) / PICOS_PER_NANO);
    }
  }

  private final Map<Key, NavigableMap<LocalDate, Price>> prices = new HashMap<>();

  private Prices(JsonNode json) {
    for (JsonNode price : json.path("prices")) {
      long prompt = perToken(price, "promptPerMillion");
      prices
          .computeIfAbsent(
              new Key(price.path("model").asText(), price.path("tier").asText(STANDARD)),
              key -> new TreeMap<>())
          .put(
              LocalDate.parse(price.path("from").asText()),
              new Price(
                  prompt,
                  price.has("cachedPromptPerMillion")
                      ? perToken(price, "cachedPromptPerMillion")
                      : prompt,
                  perToken(price, "outputPerMillion")));
    }
  }

  private static long perToken(JsonNode price, String field) {
    return price
        .path(field)
        .decimalValue()
        .movePointRight(PICO_DIGITS)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /**
   * Reads a price file; {@code null} is the one in the jar.
   *
   * @throws InvalidSettingsException with all problems of the file
   */
  public static Prices of(@Nullable Path file) {
    try {
      return parse(file == null ? PolicyFile.resource(DEFAULT) : PolicyFile.bytes(file));
    } catch (InvalidFileException e) {
      throw new InvalidSettingsException(
          e.problems().stream().map(it -> "PRICES_FILE=%s: %s".formatted(file, it)).toList());
    }
  }

  static Prices parse(byte[] bytes) throws InvalidFileException {
    PolicyFile file = PolicyFile.of(bytes, SCHEMA);
    file.requireNoProblems();
    return new Prices(file.json());
  }

  /**
   * Price of a call; empty if there is none for that model and tier at that time.
   *
   * @param model as the reply names it, or else as the call did
   * @param cachedTokens prompt tokens that came from Gemini's cache
   */
  public Optional<Usd> cost(String model, String tier, Usage usage, int cachedTokens, Instant at) {
    NavigableMap<LocalDate, Price> byDate = prices.getOrDefault(new Key(model, tier), NONE);
    return Optional.ofNullable(byDate.floorEntry(LocalDate.ofInstant(at, ZoneOffset.UTC)))
        .map(price -> price.getValue().of(usage, cachedTokens));
  }

  private static final NavigableMap<LocalDate, Price> NONE = new TreeMap<>();
}
