package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provenance that the release profile writes. */
class ProvenanceTest {

  private static final String PROGRAM = "worker/src/main/assembly/Provenance.java";
  private static final String UNSIGNED = "neither archive nor provenance is signed";

  @TempDir private Path project;

  private Path archive;

  @BeforeEach
  void build() throws Exception {
    archive = Files.writeString(project.resolve("worker.tar.gz"), "an archive");
    Files.writeString(project.resolve(".gitignore"), "*.tar.gz\n*.intoto.json\n");
  }

  private String run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(MAVEN_GPG|GIT|PROVENANCE)_.*"));
    builder.environment().putAll(environment);
    Process process = builder.directory(project.toFile()).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private String write(Map<String, String> environment) throws Exception {
    return run(
        environment,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-classpath",
        System.getProperty("java.class.path"),
        Project.ROOT.resolve(PROGRAM).toString(),
        archive.toString(),
        project.toString(),
        "3.9.9");
  }

  private JsonNode statement() throws Exception {
    return new ObjectMapper().readTree(project.resolve("worker.tar.gz.intoto.json").toFile());
  }

  private String commit() throws Exception {
    git("init", "-q");
    git("remote", "add", "origin", "https://user:secret@git.example/worker.git");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@example", "commit", "-q", "-m", "a");
    return git("rev-parse", "HEAD");
  }

  private String git(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    return run(Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), command.toArray(String[]::new));
  }

  @Test
  void statement_namesArchive_commit_andBuilder() throws Exception {
    String commit = commit();

    String output =
        write(
            Map.of(
                "MAVEN_GPG_KEY",
                "a-secret-key",
                "PROVENANCE_BUILDER",
                "https://ci.example/builder",
                "PROVENANCE_INVOCATION",
                "run-17"));

    assertThat(output).as("what is said where all is well").isEmpty();
    JsonNode statement = statement();
    assertThat(statement.path("_type").asText()).isEqualTo("https://in-toto.io/Statement/v1");
    assertThat(statement.path("predicateType").asText())
        .isEqualTo("https://slsa.dev/provenance/v1");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
    assertThat(statement.at("/subject/0/name").asText()).isEqualTo("worker.tar.gz");
    assertThat(statement.at("/subject/0/digest/sha256").asText())
        .isEqualTo(HexFormat.of().formatHex(digest));
    JsonNode source = statement.at("/predicate/buildDefinition/resolvedDependencies/0");
    assertThat(source.at("/digest/gitCommit").asText()).isEqualTo(commit);
    assertThat(source.path("uri").asText()).isEqualTo("git+https://git.example/worker.git");
    JsonNode run = statement.at("/predicate/runDetails");
    assertThat(run.at("/builder/id").asText()).isEqualTo("https://ci.example/builder");
    assertThat(run.at("/metadata/invocationId").asText()).isEqualTo("run-17");
    assertThat(statement.toString()).doesNotContain("secret");
  }

  @Test
  void withoutAKey_oneLineSaysSo() throws Exception {
    commit();

    assertThat(write(Map.of()).lines()).singleElement().asString().contains(UNSIGNED);
  }

  @Test
  void uncommittedChanges_areNoCommit() throws Exception {
    commit();
    Files.writeString(project.resolve("changed"), "");

    assertThat(write(Map.of("MAVEN_GPG_KEY", "k"))).contains("provenance names none");
    assertThat(statement().at("/predicate/buildDefinition/resolvedDependencies")).isEmpty();
  }

  /** As in the build of the image. */
  @Test
  void withoutACheckout_itIsWrittenAllTheSame() throws Exception {
    assertThat(write(Map.of())).contains("provenance names none", UNSIGNED);
    assertThat(statement().path("subject")).hasSize(1);
  }
}
