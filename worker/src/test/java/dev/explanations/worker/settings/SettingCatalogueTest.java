package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingCatalogueTest {
  @Test
  void all_hasEverySettingThatIsDeclared() throws IllegalAccessException {
    List<Object> declared = new ArrayList<>();
    for (Class<?> part :
        List.of(
            KafkaSettings.class,
            GeminiSettings.class,
            PolicySettings.class,
            BudgetSettings.class,
            RequestSettings.class,
            CacheSettings.class,
            OpsSettings.class)) {
      for (Field field : part.getDeclaredFields()) {
        if (field.getType() == Setting.class) {
          declared.add(field.get(null));
        }
      }
    }

    assertThat(SettingCatalogue.all())
        .hasSizeGreaterThan(50)
        .doesNotHaveDuplicates()
        .hasSameElementsAs(declared.stream().map(setting -> (Setting<?>) setting).toList());
  }

  @Test
  void everyDefault_isAllowed() {
    assertThat(SettingCatalogue.all())
        .filteredOn(setting -> setting.byDefault() != null)
        .allSatisfy(
            setting ->
                assertThat(setting.type().parser().apply(setting.defaultShown())).isNotNull());
  }

  @Test
  void everyMeaning_isASentence() {
    assertThat(SettingCatalogue.all())
        .allSatisfy(setting -> assertThat(setting.meaning()).matches("[A-Z`].*\\."));
  }
}
