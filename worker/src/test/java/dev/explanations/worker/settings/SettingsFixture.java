package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads settings as from an environment. */
abstract class SettingsFixture {

  static final Map<String, String> KEY = Map.of("GOOGLE_API_KEY", "k-1");

  static Settings load(String... namesAndTexts) {
    return SettingsLoader.load(with(namesAndTexts));
  }

  static List<String> problems(String... namesAndTexts) {
    return problemsOf(with(namesAndTexts));
  }

  static List<String> problemsOf(Map<String, String> environment) {
    InvalidSettingsException refused =
        catchThrowableOfType(
            InvalidSettingsException.class, () -> SettingsLoader.load(environment));
    assertThat(refused).as("settings should be refused").isNotNull();
    return refused.problems();
  }

  static Map<String, String> with(String... namesAndTexts) {
    Map<String, String> environment = new HashMap<>(KEY);
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      environment.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return environment;
  }

  static List<String> everySetting() {
    return SettingCatalogue.all().stream().map(Setting::name).toList();
  }
}
