package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {

  @TempDir Path directory;

  private Settings.Streams settings() {
    Path state = directory.resolve("new").resolve("state");
    return SettingsLoader.load(Map.of("GOOGLE_API_KEY", "k", "STATE_DIR", state.toString()))
        .streams();
  }

  @Test
  void of_isTheSame_afterARestart() {
    String id = InstanceId.of(settings());

    assertThat(id).isNotBlank().isEqualTo(InstanceId.of(settings()));
  }

  @Test
  void of_isAnotherOne_ifAFullDiskHasLeftTheFileEmpty() throws Exception {
    InstanceId.of(settings());
    Files.writeString(settings().stateDir().resolve("instance-id"), "");

    assertThat(InstanceId.of(settings())).isNotBlank().isEqualTo(InstanceId.of(settings()));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void of_keepsItFromOthers_alsoInAFileOfAnOlderVersion() throws Exception {
    String id = InstanceId.of(settings());
    Path file = settings().stateDir().resolve("instance-id");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(InstanceId.of(settings())).isEqualTo(id);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
