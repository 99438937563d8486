package dev.explanations.worker.kafka;

import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Name of this worker in its consumer group, the same after every restart. */
public final class InstanceId {

  private static final String FILE = "instance-id";

  private InstanceId() {}

  /**
   * {@code INSTANCE_ID}, or else a random id kept in the state directory.
   *
   * @throws StartException if the state directory cannot be used
   */
  public static String of(Settings.Streams settings) {
    if (settings.instanceId() != null) {
      return settings.instanceId();
    }
    Path file = settings.stateDir().resolve(FILE);
    try {
      // a disk that was full left the file empty
      if (!Files.exists(file) || Files.readString(file).isBlank()) {
        Files.createDirectories(settings.stateDir());
        Files.writeString(file, UUID.randomUUID().toString());
      }
      closeToOthers(file);
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StartException("STATE_DIR cannot be used: " + e, e);
    }
  }

  /**
   * Makes the file readable by its owner only: the id suffices to remove this worker from its
   * group.
   */
  private static void closeToOthers(Path file) throws IOException {
    PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (posix != null) {
      posix.setPermissions(PosixFilePermissions.fromString("rw-------"));
    }
  }
}
