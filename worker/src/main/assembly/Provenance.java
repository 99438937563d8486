import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes where an archive comes from: an in-toto statement with SLSA provenance, beside the
 * archive. Run by the release profile: {@code java Provenance.java ARCHIVE PROJECT MAVEN}.
 */
final class Provenance {
  private static final String TYPES = "urn:explanations:build:";

  private final Path project;

  private Provenance(Path project) {
    this.project = project;
  }

  /**
   * @param args the archive, the project's directory, Maven's version
   */
  public static void main(String[] args) throws Exception {
    Path archive = Path.of(args[0]);
    byte[] statement =
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(new Provenance(Path.of(args[1])).of(archive, args[2]));
    Files.write(archive.resolveSibling(archive.getFileName() + ".intoto.json"), statement);
    if (environment("MAVEN_GPG_KEY").isEmpty()) {
      System.out.println("MAVEN_GPG_KEY is not set: neither archive nor provenance is signed.");
    }
  }

  private Map<String, Object> of(Path archive, String maven) throws Exception {
    return fields(
        "_type",
        "https://in-toto.io/Statement/v1",
        "subject",
        List.of(
            fields(
                "name", archive.getFileName().toString(),
                "digest", Map.of("sha256", sha256(archive)))),
        "predicateType",
        "https://slsa.dev/provenance/v1",
        "predicate",
        fields(
            "buildDefinition",
                fields(
                    "buildType", TYPES + "maven-release",
                    "externalParameters", Map.of("command", "mvn -Prelease package"),
                    "internalParameters",
                        fields(
                            "maven", maven,
                            "java", System.getProperty("java.runtime.version"),
                            "os", System.getProperty("os.name")),
                    "resolvedDependencies", sources()),
            "runDetails",
                fields(
                    "builder",
                    Map.of("id", environment("PROVENANCE_BUILDER").orElse(TYPES + "by-hand")),
                    "metadata",
                    invocation())));
  }

  /** The commit; none without a git checkout, and none that uncommitted changes differ from. */
  private List<Map<String, Object>> sources() throws Exception {
    Optional<String> commit = git("rev-parse", "HEAD");
    boolean clean = git("status", "--porcelain").map(String::isEmpty).orElse(false);
    if (commit.isEmpty() || !clean) {
      System.out.println(
          "Built from no commit, or with uncommitted changes: provenance names none.");
      return List.of();
    }
    Map<String, Object> source = fields("digest", Map.of("gitCommit", commit.get()));
    // without a login
    git("remote", "get-url", "origin")
        .filter(url -> url.startsWith("https://"))
        .ifPresent(url -> source.put("uri", "git+" + url.replaceFirst("//[^/]*@", "//")));
    return List.of(source);
  }

  private static Map<String, Object> invocation() {
    return environment("PROVENANCE_INVOCATION")
        .map(id -> fields("invocationId", id))
        .orElse(Map.of());
  }

  /** Output of git; empty if there is no git, or it fails. */
  private Optional<String> git(String... words) throws InterruptedException {
    ProcessBuilder git = new ProcessBuilder("git", "-C", project.toString());
    git.command().addAll(List.of(words));
    try {
      Process process = git.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(process.getInputStream().readAllBytes()).strip();
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(text -> !text.isBlank());
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  private static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
