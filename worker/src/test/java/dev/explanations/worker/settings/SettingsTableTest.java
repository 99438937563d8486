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
  private static final Path PAGE = Path.of("..", "docs", "settings.md");

  @Test
  void page_hasTheTableOfTheCatalogue() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(page).as("docs/settings.md without its settings markers").contains(BEGIN, END);
    String expected = "\n" + SettingsTable.markdown() + "\n";

    if (Boolean.getBoolean("settings.table.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + expected + page.substring(end));
      return;
    }

    assertThat(page.substring(begin, end))
        .as(
            "the settings in docs/settings.md; to write them anew: mvn -pl worker test"
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
