package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTableTest {
  private static final String BEGIN = "<!-- settings:begin -->\n";
  private static final String END = "<!-- settings:end -->";

  /** Relative to the module, where Maven runs tests. */
  private static final Path README = Path.of("..", "README.md");

  @Test
  void readme_hasTheTableOfTheCatalogue() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    assertThat(readme).as("README.md without its settings markers").contains(BEGIN, END);
    String expected = "\n" + SettingsTable.markdown() + "\n";

    if (Boolean.getBoolean("settings.table.write")) {
      Files.writeString(README, readme.substring(0, begin) + expected + readme.substring(end));
      return;
    }

    assertThat(readme.substring(begin, end))
        .as(
            "the settings in README.md; to write them anew: mvn -pl worker test"
                + " -Dtest=SettingsTableTest -Dsettings.table.write=true")
        .isEqualTo(expected);
  }

  @Test
  void text_namesEverySetting() {
    assertThat(SettingsTable.text())
        .contains(SettingCatalogue.all().stream().map(Setting::name).toList())
        .doesNotContain("`");
  }
}
