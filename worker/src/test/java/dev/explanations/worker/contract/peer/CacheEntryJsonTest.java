package dev.explanations.worker.contract.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.Schemas;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Usage;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheEntryJsonTest {

  private static final String KEY = "ab".repeat(32);

  private final CacheEntryJson json = new CacheEntryJson();

  private static CacheEntry entry(String text) {
    return new CacheEntry(
        new Explanation(text, "gemini-3.5-flash-lite", "1", new Usage(42, 180, 222)),
        new FoldedHashes("cd".repeat(32), "ef".repeat(32)),
        Instant.parse("2026-11-23T12:00:00.123456789Z"),
        Instant.parse("2026-11-23T13:00:00Z"));
  }

  @Test
  void read_givesWhatWasWritten_andItMatchesTheSchema() {
    byte[] written = json.write(KEY, entry("Text 🌱"));

    assertThat(json.read(KEY, written)).contains(entry("Text 🌱"));
    assertThat(Schemas.validate("cached-explanation", Schemas.json(written))).isEmpty();
  }

  @Test
  void read_isEmpty_underAnotherKey() {
    assertThat(json.read("cd".repeat(32), json.write(KEY, entry("Text")))).isEmpty();
  }

  @Test
  void theLongestText_fitsWhateverItConsistsOf_andALongerOneIsNotRead() {
    for (String character : new String[] {"a", "\u0001", "語", "🌱"}) {
      byte[] longest = json.write(KEY, entry(character.repeat(32 * 1024)));
      byte[] longer = json.write(KEY, entry(character.repeat(32 * 1024 + 1)));

      assertThat(json.read(KEY, longest)).isPresent();
      assertThat(json.read(KEY, longer)).isEmpty();
    }
  }

  @Test
  void read_isEmpty_whenTooLarge_evenIfItWouldMatch() {
    String value = new String(json.write(KEY, entry("Text")), UTF_8);
    String spaces = " ".repeat(CacheEntryJson.MAX_BYTES - value.length());

    assertThat(json.read(KEY, (value + spaces).getBytes(UTF_8))).isPresent();
    assertThat(json.read(KEY, (value + spaces + " ").getBytes(UTF_8))).isEmpty();
  }

  @Test
  void read_ignoresUnknownFields() {
    String value = new String(json.write(KEY, entry("Text")), UTF_8);

    assertThat(json.read(KEY, value.replaceFirst("\\{", "{\"new\":{},").getBytes(UTF_8)))
        .contains(entry("Text"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "7", "{}", "PONG", "\u0000"})
  void read_isEmpty_whenUnreadable(String value) {
    assertThat(json.read(KEY, value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void read_isEmpty_forBytesThatAreNotText() {
    assertThat(json.read(KEY, new byte[] {(byte) 0xff, 0, 1})).isEmpty();
  }
}
