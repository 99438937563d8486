package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the worker, with Javas that only tell what they were called with. */
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {

  private static final Path SCRIPT =
      Project.ROOT.resolve("worker/src/main/assembly/bin/explanation-worker");

  @TempDir Path files;
  private Path home;
  private Path script;

  private record Run(int exitCode, List<String> output) {}

  @BeforeEach
  void unpack() throws IOException {
    home = Files.createDirectories(files.toRealPath().resolve("un packed"));
    script = Files.createDirectory(home.resolve("bin")).resolve("explanation-worker");
    Files.copy(SCRIPT, script);
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void runsTheJarBesideIt_withTheArgumentsGiven() throws Exception {
    Path java = java("new", "25.0.3");

    Run run =
        run(script, Map.of("JAVA_HOME", java.toString(), "JAVA_OPTS", "-Xmx1g -Da=b"), "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .containsExactly(
            "called 25.0.3",
            "@" + home.resolve("jvm.options"),
            "-Xmx1g",
            "-Da=b",
            "-jar",
            home.resolve("explanation-worker.jar").toString(),
            "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"})
  void theCollectorAskedFor_takesThePlaceOfItsOwn(String variable) throws Exception {
    Path options = Project.ROOT.resolve("worker/src/main/resources/jvm.options");
    Files.copy(options, home.resolve("jvm.options"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Nowhere");
    Path jar = home.resolve("explanation-worker.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    // the real one, which does not start with two
    String java = System.getProperty("java.home");
    String asked = "-XX:-PrintCommandLineFlags\n-XX:+UseParallelGC\t-XX:+PrintFlagsFinal";

    Run run = run(script, Map.of("JAVA_HOME", java, variable, asked));

    assertThat(run.output())
        .anyMatch(line -> line.matches(" *bool UseParallelGC +:?= true .*"))
        .anyMatch(line -> line.matches(" *bool UseSerialGC +:?= false .*"));
  }

  @Test
  void isFoundThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(files.resolve("link"), script);

    Run run = run(link, Map.of("JAVA_HOME", java("new", "26").toString()));

    assertThat(run.output()).endsWith("-jar", home.resolve("explanation-worker.jar").toString());
  }

  @Test
  void passesByAJavaThatIsTooOld() throws Exception {
    Path old = java("old", "17.0.12");
    Path recent = java("new", "25");

    Run run = run(script, Map.of("JAVA_HOME", old.toString(), "JAVA25_HOME", recent.toString()));

    assertThat(run.output().getFirst()).isEqualTo("called 25");
  }

  @Test
  void usesTheCacheOfClasses_whereThereIsOne() throws Exception {
    Path cache = Files.createFile(home.resolve("explanation-worker.aot"));

    Run run = run(script, Map.of("JAVA_HOME", java("new", "25").toString()));

    assertThat(run.output()).contains("-XX:AOTCache=" + cache);
  }

  @Test
  void saysWhatItFound_whenNoJavaIsRecentEnough() throws Exception {
    // without the places where systems install Java, this machine's would be found
    String emptied = Files.readString(script).replaceAll("(?m)^  /opt/java/.*$", "  \\\\");
    Files.writeString(script, emptied);
    Path old = java("old", "21.0.4");

    Run run = run(script, Map.of("JAVA_HOME", old.toString()));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output().getFirst())
        .startsWith("explanation-worker needs Java 25 or newer; found:")
        .contains(old + "/bin/java (21)");
  }

  private Path java(String name, String version) throws IOException {
    Path java = Files.createDirectories(files.toRealPath().resolve(name + "/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "$*" = -version ]; then
          echo 'openjdk version "%s" 2026-01-01' >&2
        else
          echo "called %s"
          printf '%%s\\n' "$@"
        fi
        """
            .formatted(version, version));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return files.toRealPath().resolve(name);
  }

  private Run run(Path program, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    // no java there
    builder.environment().put("PATH", tools());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), output.lines().toList());
  }

  /** A directory with the tools that the script uses, and nothing else. */
  private String tools() throws IOException {
    Path tools = Files.createDirectories(files.resolve("tools"));
    for (String tool : List.of("sh", "sed", "head", "dirname", "readlink", "cat")) {
      Path wrapper = tools.resolve(tool);
      String real = Files.exists(Path.of("/bin", tool)) ? "/bin/" : "/usr/bin/";
      Files.writeString(wrapper, "#!/bin/sh\nexec " + real + tool + " \"$@\"\n");
      assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    }
    return tools.toString();
  }
}
