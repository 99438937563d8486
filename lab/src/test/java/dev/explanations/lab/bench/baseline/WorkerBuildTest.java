package dev.explanations.lab.bench.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkerBuildTest {

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
