package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The images that the project names, and its own. */
class ImagesTest {

  /** An address such as redis:6379 has no dot in its port. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "\\b(redis|debian|maven|apache/kafka|prom/prometheus|grafana/grafana)"
              + ":(v?\\d+\\.[\\w.-]*\\w)(@sha256:[0-9a-f]{64})?");

  private static final Pattern USED =
      Pattern.compile("(?m)^ *(?:FROM|image:) ((?:[\\w./-]+)[:@]\\S+)");
  private static final Pattern KAFKA = Pattern.compile("<kafka.version>(.*?)</kafka.version>");
  private static final Pattern RUNTIME = Pattern.compile("jlink --output (\\S+)");

  /** Its digest is in no public list yet. */
  private static final String WITHOUT_DIGEST = "apache/kafka";

  private final String dockerfile = Project.text(Project.ROOT.resolve("worker/Dockerfile"));
  private final String compose =
      Project.text(Project.ROOT.resolve("docker-compose.yml"))
          + Project.text(Project.ROOT.resolve("deploy/secured/docker-compose.yml"));

  @Test
  void image_hasOneVersion_whereverItIsNamed() throws IOException {
    Map<String, Set<String>> versions = new TreeMap<>();
    Map<String, Set<String>> digests = new TreeMap<>();
    for (Path file : files()) {
      for (MatchResult image : IMAGE.matcher(Project.text(file)).results().toList()) {
        versions.computeIfAbsent(image.group(1), _ -> new TreeSet<>()).add(image.group(2));
        if (image.group(3) != null) {
          digests.computeIfAbsent(image.group(1), _ -> new TreeSet<>()).add(image.group(3));
        }
      }
    }

    assertThat(versions)
        .hasSize(6)
        .allSatisfy((image, named) -> assertThat(named).as(image).hasSize(1));
    assertThat(digests).allSatisfy((image, named) -> assertThat(named).as(image).hasSize(1));
    MatchResult kafka =
        KAFKA.matcher(Project.text(Project.ROOT.resolve("pom.xml"))).results().toList().getFirst();
    assertThat(versions.get("apache/kafka")).containsExactly(kafka.group(1));
  }

  @Test
  void image_isPinnedByDigest() {
    assumeTrue(
        Files.exists(Project.ROOT.resolve(".git")), "a copy for stand-ins, which have no digests");
    List<String> used =
        USED.matcher(dockerfile + compose).results().map(image -> image.group(1)).toList();

    assertThat(used)
        .hasSizeGreaterThan(5)
        .allMatch(
            image -> image.matches(".+:.+@sha256:[0-9a-f]{64}") || image.contains(WITHOUT_DIGEST));
  }

  @Test
  void dockerfile_needsNoFrontendThatIsPulled() {
    assertThat(dockerfile).doesNotContainPattern("(?im)^# *syntax *=");
  }

  /** The JDK of the official images is in /opt/java/openjdk, and jlink wants a new directory. */
  @Test
  void runtime_isWhereTheBuildHasNoJdk_andEverythingFindsItThere() {
    String runtime = RUNTIME.matcher(dockerfile).results().toList().getFirst().group(1);

    assertThat("/opt/java/openjdk/").doesNotStartWith(runtime + "/");
    assertThat(dockerfile)
        .contains(
            "train-aot " + runtime + " ",
            "COPY --from=build " + runtime + " " + runtime + "\n",
            "JAVA_HOME=" + runtime + " ");
  }

  @Test
  void label_namesTheBase() {
    List<String> bases =
        USED.matcher(dockerfile).results().map(base -> base.group(1).split("@", 2)[0]).toList();

    assertThat(dockerfile)
        .contains("image.base.name=\"docker.io/library/" + bases.get(bases.size() - 1) + "\"");
  }

  /** Later lines win. */
  @Test
  void contextOfTheBuild_leavesOutWhatDoesNotChangeIt() {
    List<String> lines = Project.text(Project.ROOT.resolve(".dockerignore")).lines().toList();

    assertThat(lines.getFirst()).isEqualTo("*");
    assertThat(lines.indexOf("worker/Dockerfile")).isGreaterThan(lines.indexOf("!worker"));
    assertThat(lines.indexOf("**/src/test")).isGreaterThan(lines.indexOf("!lab"));
    assertThat(lines)
        .as("a package may have that name")
        .contains("*/target")
        .doesNotContain("**/target");
  }

  private static List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String place : List.of("", "docs", "deploy", "lab/src", "worker", "monitoring")) {
      try (Stream<Path> files =
          Files.walk(Project.ROOT.resolve(place), place.isEmpty() ? 1 : Integer.MAX_VALUE)) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("/target/"))
            .filter(file -> file.toString().matches(".*\\.(java|ya?ml|md)|.*Dockerfile"))
            .forEach(found::add);
      }
    }
    return found;
  }
}
