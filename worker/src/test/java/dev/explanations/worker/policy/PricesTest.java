package dev.explanations.worker.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.InvalidSettingsException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {

  private static final Instant NOVEMBER = Instant.parse("2026-11-30T12:00:00Z");

  private final Prices builtIn = Prices.of(null);

  private static Optional<BigDecimal> dollars(Optional<Usd> cost) {
    return cost.map(Usd::dollars);
  }

  /** By hand: prompt x price + output x price, each for a million. */
  @ParameterizedTest
  @CsvSource({
    "gemini-3.5-flash-lite, standard, 1000, 500, 2026-11-30T12:00:00Z, 0.001550000",
    "gemini-3.5-flash-lite, flex, 1000, 500, 2026-11-30T12:00:00Z, 0.000775000",
    "gemini-3.8-flash, standard, 1000, 500, 2026-12-31T23:59:59Z, 0.002625000",
    "gemini-3.8-flash, standard, 1000, 500, 2027-01-01T00:00:00Z, 0.005250000",
    "gemini-3.8-flash, standard, 1, 0, 2026-12-01T00:00:00Z, 0.000000750",
    "gemini-3.8-flash, standard, 0, 0, 2026-12-01T00:00:00Z, 0.000000000",
  })
  void cost_isThatOfTheDay(
      String model, String tier, int prompt, int output, Instant at, BigDecimal dollars) {
    Usage usage = new Usage(prompt, output, prompt + output);
    assertThat(dollars(builtIn.cost(model, tier, usage, 0, at))).contains(dollars);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-9, standard, 2026-11-30T12:00:00Z",
    "gemini-3.5-flash-lite, priority, 2026-11-30T12:00:00Z",
    "gemini-3.5-flash-lite, standard, 2026-07-20T23:59:59Z"
  })
  void cost_withoutAPrice_isUnknown_andNotZero(String model, String tier, Instant at) {
    assertThat(builtIn.cost(model, tier, new Usage(1000, 500, 1500), 0, at)).isEmpty();
  }

  @Test
  void cachedTokens_haveTheirPrice_orThatOfTheOthers() throws Exception {
    Prices prices =
        Prices.parse(
            """
            {"prices": [{"model": "m", "from": "2026-01-01", "promptPerMillion": 1,
              "cachedPromptPerMillion": 0.1, "outputPerMillion": 4, "source": "by hand"}]}
            """
                .getBytes(UTF_8));
    Usage usage = new Usage(1_000_000, 0, 1_000_000);
    assertThat(dollars(prices.cost("m", "standard", usage, 600_000, NOVEMBER)))
        .contains(new BigDecimal("0.460000000"));
    assertThat(dollars(prices.cost("m", "standard", usage, 2_000_000, NOVEMBER)))
        .contains(new BigDecimal("0.100000000"));
    assertThat(dollars(builtIn.cost("gemini-3.5-flash-lite", "standard", usage, 600_000, NOVEMBER)))
        .contains(new BigDecimal("0.300000000"));
  }

  @Test
  void badFile_isRefused_withEachLine() {
    String json =
        """
        {"prices": [
          {"model": "m", "from": "yesterday", "promptPerMillion": 1, "outputPerMillion": 4,
            "source": "s"},
          {"model": "m", "from": "2026-01-01", "promptPerMillion": -1, "outputPerMillion": 4}
        ]}
        """;
    assertThatThrownBy(() -> Prices.parse(json.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            InvalidFileException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .anySatisfy(it -> assertThat(it).startsWith("line 2: prices.0.from: "))
                    .anySatisfy(it -> assertThat(it).startsWith("line 4: prices.1.promptPer"))
                    .anySatisfy(it -> assertThat(it).startsWith("line 4: ").contains("source")));
    assertThatThrownBy(() -> Prices.of(Path.of("/nowhere/prices.json")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith("PRICES_FILE=/nowhere/prices.json: cannot be read");
  }
}
