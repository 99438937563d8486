package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.LabMain;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documents name exists: files, sections, settings, commands, tests, endpoints. */
class DocumentsTest {

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern GENERATED =
      Pattern.compile("(?s)<!-- settings:begin -->.*?<!-- settings:end -->");
  private static final Pattern SHELL = Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```$");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern VARIABLE =
      Pattern.compile("([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("(?:^|\\s)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=");
  private static final Pattern COMPOSE = Pattern.compile("\\$\\{([A-Z_]+)");
  private static final Pattern LAB = Pattern.compile("-D(lab|bench)=\"([^\"]*)\"");
  private static final Pattern PROFILE = Pattern.compile("-P([a-z,]+)");
  private static final Pattern WORD = Pattern.compile("[a-z]+");
  private static final Pattern TEST = Pattern.compile("-D(?:it\\.)?test=(\\w+)");
  private static final Pattern ENDPOINT = Pattern.compile("(GET|POST) (/[^\\s`…?]*)");

  private static final Pattern TEST_METHOD = Pattern.compile("`([A-Z]\\w*(?:Test|IT))#(\\w+)`");

  private static final Pattern LOG_LINE = Pattern.compile("(?m)^\\| `([^`]+)`");

  private static final Pattern THREAT = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");

  /** Names in capitals that are no settings. */
  private static final Set<String> OTHERS =
      Set.of(
          // what starts the worker or the build
          "JAVA_OPTS",
          "JAVA_HOME",
          "JAVA25_HOME",
          "X_FILE",
          "TESTCONTAINERS_HOST_OVERRIDE",
          "MAVEN_GPG_KEY",
          "MAVEN_GPG_PASSPHRASE",
          "PROVENANCE_BUILDER",
          "PROVENANCE_INVOCATION",
          // was a setting
          "PROCESSING_GUARANTEE",
          // answers of Gemini, Kafka and Redis
          "MAX_TOKENS",
          "API_KEY_INVALID",
          "READ_ONLY",
          "PENDING_SHUTDOWN",
          "NOT_RUNNING",
          "CONCURRENT_TRANSACTIONS",
          "COUNT_BASED");

  static Stream<Path> documents() throws Exception {
    List<Path> found = new ArrayList<>();
    for (String directory : List.of("", "docs", "worker", "schemas", "monitoring")) {
      Path in = Project.ROOT.resolve(directory);
      if (Files.isDirectory(in)) {
        try (Stream<Path> files = Files.list(in)) {
          files.filter(file -> file.toString().endsWith(".md")).forEach(found::add);
        }
      }
    }
    return found.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void links_leadToFilesAndSections(Path document) {
    for (MatchResult link : find(LINK, BLOCK.matcher(Project.text(document)).replaceAll(""))) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      String[] parts = target.split("#", 2);
      Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
      assertThat(Files.exists(file)).as("%s: %s", document, target).isTrue();
      if (parts.length == 2) {
        assertThat(sections(file)).as("%s: %s", document, target).contains(parts[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void settings_exist(Path document) {
    String text = Project.text(document);
    Set<String> named = new TreeSet<>();
    for (MatchResult code : find(CODE, BLOCK.matcher(text).replaceAll(""))) {
      find(VARIABLE, code.group(1)).stream()
          .filter(variable -> variable.group().equals(code.group(1)))
          .forEach(variable -> named.add(variable.group(1)));
    }
    for (MatchResult block : find(SHELL, text)) {
      find(ASSIGNMENT, block.group(1)).forEach(variable -> named.add(variable.group(1)));
    }
    named.removeAll(Project.settings());
    named.removeAll(OTHERS);
    find(COMPOSE, Project.text(Project.ROOT.resolve("docker-compose.yml")))
        .forEach(variable -> named.remove(variable.group(1)));

    Map<String, String> passedThrough = new HashMap<>();
    for (String name : named) {
      assertThat(name).as("%s names a setting that does not exist", document).startsWith("KAFKA_");
      // the file of a secret has the secret's name
      passedThrough.put(name.replaceFirst("_FILE$", ""), "1");
    }
    passedThrough.remove("KAFKA_SECURITY_PROTOCOL");
    passedThrough.put("GOOGLE_API_KEY", "none");
    assertThat(SettingsLoader.loadAll(passedThrough).ignored()).as("%s", document).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commands_exist(Path document) throws IOException {
    String text = Project.text(document);
    String poms =
        Stream.of("pom.xml", "worker/pom.xml", "lab/pom.xml")
            .map(pom -> Project.text(Project.ROOT.resolve(pom)))
            .reduce("", String::concat);

    for (MatchResult profiles : find(PROFILE, text)) {
      for (MatchResult profile : find(WORD, profiles.group(1))) {
        assertThat(poms)
            .as("%s: -P%s", document, profile.group())
            .contains("<id>" + profile.group() + "</id>");
      }
    }
    for (MatchResult command : find(LAB, text)) {
      String words = (command.group(1).equals("bench") ? "bench " : "") + command.group(2);
      // what stands for any scenario
      if (!words.contains("SCENARIO") && !words.contains("...")) {
        parse(document, words);
      }
    }
    for (MatchResult code : find(CODE, text)) {
      if (code.group(1).startsWith("lab ")) {
        parse(document, code.group(1).substring("lab ".length()));
      }
    }
    for (MatchResult test : find(TEST, text)) {
      String name = test.group(1);
      assertThat(name.equals("NoSuchTest") || isTest(name)).as("%s: %s", document, name).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void endpoints_exist(Path document) {
    Set<String> known = new TreeSet<>();
    Project.yaml(Project.ROOT.resolve("schemas/openapi.yaml"))
        .getFirst()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            known.add(
                                method.toUpperCase(Locale.ROOT) + " " + general(path.getKey()))));
    // of the simulator, not of the worker
    known.addAll(Set.of("GET /stats", "POST /behave", "POST /scenario"));

    for (MatchResult endpoint : find(ENDPOINT, Project.text(document))) {
      assertThat(known).as("%s", document).contains(general(endpoint.group()));
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void tests_exist(Path document) throws IOException {
    for (MatchResult test : find(TEST_METHOD, Project.text(document))) {
      List<Path> files = testFiles(test.group(1));
      assertThat(files).as("%s: %s", document, test.group()).isNotEmpty();
      assertThat(files)
          .as("%s: %s", document, test.group())
          .anyMatch(file -> Project.text(file).contains(" void " + test.group(2) + "("));
    }
  }

  @Test
  void threats_areAsManyAsOnePersonCanRead_andEachHasATest() {
    List<MatchResult> threats =
        find(THREAT, Project.text(Project.ROOT.resolve("docs/security.md")));

    assertThat(threats).hasSizeBetween(20, 33);
    for (int i = 0; i < threats.size(); i++) {
      assertThat(threats.get(i).group(1)).isEqualTo(String.valueOf(i + 1));
      assertThat(find(TEST_METHOD, threats.get(i).group())).as(threats.get(i).group()).isNotEmpty();
    }
  }

  @Test
  void readme_hasNineHundredWordsAtMost() {
    String readme = Project.text(Project.ROOT.resolve("README.md"));

    assertThat(readme.strip().split("\\s+")).hasSizeLessThanOrEqualTo(900);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void lines_haveAHundredCharactersAtMost(Path document) {
    String prose = BLOCK.matcher(Project.text(document)).replaceAll("");
    String written = GENERATED.matcher(prose).replaceAll("");

    assertThat(written.lines())
        .filteredOn(line -> !line.strip().startsWith("|") && !line.strip().startsWith("<"))
        .allMatch(line -> line.codePointCount(0, line.length()) <= 100);
  }

  @Test
  void runbook_hasASectionForEveryAlert() {
    Path alerts = Project.ROOT.resolve("monitoring/alerts.yml");
    Set<String> sections = sections(Project.ROOT.resolve("docs/operations.md"));

    for (JsonNode group : Project.yaml(alerts).getFirst().path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String page = rule.at("/annotations/runbook_url").asText();
        String name = rule.path("alert").asText().replaceAll("(?<=.)(?=\\p{Lu})", "-");
        assertThat(page).isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
        assertThat(sections).contains(page.substring(page.indexOf('#') + 1));
      }
    }
  }

  /** An ellipsis stands for a value that differs from line to line. */
  @Test
  void runbook_quotesWhatTheLogSays() throws IOException {
    String runbook = Project.text(Project.ROOT.resolve("docs/operations.md"));
    String table = runbook.substring(runbook.indexOf("| the log says |"));
    StringBuilder code = new StringBuilder();
    try (Stream<Path> files = Files.walk(Project.ROOT.resolve("worker/src/main/java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Project::text)
          .forEach(code::append);
    }
    String joined = code.toString().replaceAll("\"\\s*\\+\\s*\"", "");

    List<MatchResult> quotes = find(LOG_LINE, table.substring(0, table.indexOf("\n\n")));

    assertThat(quotes).hasSizeGreaterThan(5);
    for (MatchResult quote : quotes) {
      assertThat(joined.contains(quote.group(1).replaceAll(" ?….*", "")))
          .as(quote.group(1))
          .isTrue();
    }
  }

  /** A path with a mark for each part that differs from call to call. */
  private static String general(String path) {
    return path.replaceAll("/(\\{[^/]*}|<[^/]*>|google_ai(:[^/]*)?)(?=/|$)", "/*");
  }

  private static void parse(Path document, String words) {
    try {
      CommandLine.ParseResult parsed =
          LabMain.commandLine().parseArgs(words.strip().split(" +", -1));
      assertThat(parsed.hasSubcommand() || words.equals("--help"))
          .as("%s: lab %s", document, words)
          .isTrue();
    } catch (CommandLine.MissingParameterException e) {
      // named without what it wants, and it exists
      assertThat(e.getMissing()).as("%s: lab %s", document, words).isNotEmpty();
    }
  }

  private static boolean isTest(String name) throws IOException {
    return !testFiles(name).isEmpty();
  }

  /** Two classes of different packages may have one name. */
  private static List<Path> testFiles(String name) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String module : List.of("worker", "lab")) {
      try (Stream<Path> files = Files.walk(Project.ROOT.resolve(module + "/src/test/java"))) {
        files.filter(file -> file.endsWith(name + ".java")).forEach(found::add);
      }
    }
    return found;
  }

  /** Anchors as GitHub and GitLab make them of headings. */
  private static Set<String> sections(Path document) {
    Set<String> anchors = new TreeSet<>();
    for (MatchResult heading :
        find(HEADING, BLOCK.matcher(Project.text(document)).replaceAll(""))) {
      anchors.add(
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}_ -]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }

  private static List<MatchResult> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
