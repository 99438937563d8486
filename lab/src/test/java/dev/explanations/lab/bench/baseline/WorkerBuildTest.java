package dev.explanations.lab.bench.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerBuildTest {

  @TempDir Path directory;

  @Test
  void jvmOptions_areThoseThatTheBuildShips_beItADirectoryOrAJar() throws IOException {
    Files.writeString(directory.resolve("jvm.options"), "# why\n-Xa\n\n--b=c\n");
    Path jar = directory.resolve("worker.jar");
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new ZipEntry("jvm.options"));
      entries.write("-Xd\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(WorkerBuild.jvmOptions(directory)).containsExactly("-Xa", "--b=c");
    assertThat(WorkerBuild.jvmOptions(jar)).containsExactly("-Xd");
    assertThat(WorkerBuild.jvmOptions(Files.createDirectory(directory.resolve("old")))).isEmpty();
  }

  @Test
  void classPath_beginsWithTheOtherWorker_andLacksItsOwn() {
    Path own = Path.of("target", "classes").toAbsolutePath();

    String classPath =
        WorkerBuild.classPath(
            Path.of("other.jar"),
            own,
            String.join(File.pathSeparator, "lab.jar", "x/../target/classes", "kafka.jar"));

    assertThat(classPath.split(File.pathSeparator))
        .containsExactly("other.jar", "lab.jar", "kafka.jar");
  }
}
