package dev.explanations.lab.faults.target;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory that can be filled. Used by one thread at a time. */
public final class SmallDisk {

  /** Enough for the state of a worker; {@link #fill} takes the rest. */
  private static final String SIZE = "size=256m";

  private static final int CHUNK = 1 << 16;

  private final Path directory;

  /**
   * @param directory to mount it on, which need not exist
   */
  public SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Whether this process has the right to mount: tries it. */
  public boolean isPossible() throws IOException, InterruptedException {
    try {
      mount();
      return true;
    } catch (IllegalStateException e) {
      return false;
    } finally {
      unmount();
    }
  }

  /** Directory for the state of a worker, on this file system. */
  public Path state() {
    return directory.resolve("state");
  }

  public void mount() throws IOException, InterruptedException {
    Files.createDirectories(directory);
    if (!run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", directory.toString())) {
      throw new IllegalStateException("no right to mount on " + directory);
    }
  }

  /** Fills the file system. */
  public void fill() {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream file = Files.newOutputStream(directory.resolve("filler"))) {
      while (true) {
        file.write(chunk);
      }
    } catch (IOException e) {
      // full
    }
  }

  /** Does nothing when nothing is mounted. */
  public void unmount() throws InterruptedException {
    boolean _ = run("umount", "-l", directory.toString());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
