package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsSourcesTest {
  @TempDir private Path directory;

  @Test
  void merge_prefersSystemPropertiesToEnvironmentToFile() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("worker.properties"), "A=file\nB=file\nC=fil\u00e9\nKAFKA_X=file\n");
    Properties system = new Properties();
    system.setProperty("A", "system");

    Map<String, String> merged =
        SettingsSources.merge(
            Map.of("A", "environment", "B", "environment", "WORKER_CONFIG", file.toString()),
            system);

    assertThat(merged)
        .containsEntry("A", "system")
        .containsEntry("B", "environment")
        .containsEntry("C", "fil\u00e9")
        .containsEntry("KAFKA_X", "file");
  }

  @Test
  void merge_takesBlankForUnset() {
    Properties system = new Properties();
    system.setProperty("A", "");

    assertThat(SettingsSources.merge(Map.of("A", "environment"), system))
        .containsEntry("A", "environment");
  }

  @Test
  void merge_takesTheFileFromTheSystemProperty() throws IOException {
    Path file = Files.writeString(directory.resolve("worker.properties"), "A=file\n");
    Properties system = new Properties();
    system.setProperty("WORKER_CONFIG", file.toString());

    assertThat(SettingsSources.merge(Map.of("WORKER_CONFIG", "/none"), system))
        .containsEntry("A", "file");
  }

  @Test
  void merge_refusesFileThatCannotBeRead() {
    Map<String, String> environment =
        Map.of("WORKER_CONFIG", directory.resolve("none.properties").toString());

    assertThatThrownBy(() -> SettingsSources.merge(environment, new Properties()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith("WORKER_CONFIG=")
        .hasMessageContaining("NoSuchFileException");
  }
}
