package dev.explanations.worker.acl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AclPrinterTest {

  private static final String BEGIN = "<!-- acls:begin -->\n";
  private static final String END = "<!-- acls:end -->";

  /** Relative to the module, where Maven runs tests. */
  private static final Path PAGE = Path.of("..", "docs", "acls.md");

  private static AclPrinter printer(Map<String, String> settings) {
    return new AclPrinter(SettingsLoader.loadWithoutKey(settings));
  }

  private static String printed(Map<String, String> settings, String... arguments) {
    return printer(settings).print(List.of(arguments)).orElseThrow();
  }

  @Test
  void commands_followTheSettings() {
    String commands =
        printed(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "kafka:9093",
                "APPLICATION_ID", "school",
                "TOPIC_RETRIES", "again"),
            "worker");

    assertThat(commands.lines())
        .contains(
            "# worker: a worker",
            "kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties --add"
                + " --allow-principal User:explanation-worker --operation Read --operation Write"
                + " --operation Delete --operation DescribeConfigs --operation Create --topic"
                + " again",
            "kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties --add"
                + " --allow-principal User:explanation-worker --operation Write"
                + " --transactional-id school- --resource-pattern-type prefixed")
        .anyMatch(line -> line.endsWith("--operation Read --group school"))
        .noneMatch(line -> line.contains("Describe "));
  }

  @Test
  void principal_isTheOneNamed() {
    assertThat(printed(Map.of(), "producer", "textbook"))
        .contains("--allow-principal User:textbook");
    assertThat(printed(Map.of(), "producer", "User:CN=it's,O=one two"))
        .contains("--allow-principal 'User:CN=it'\\''s,O=one two'");
    assertThat(printed(Map.of(), "consumer", "User:textbook")).contains("--group textbook\n");
  }

  @Test
  void brokers_areOneWordOfTheShell() {
    assertThat(printed(Map.of("KAFKA_BOOTSTRAP_SERVERS", "a:9092, [::1]:9092"), "producer"))
        .contains(" --bootstrap-server 'a:9092, [::1]:9092' --command-config ");
  }

  @Test
  void json_hasWhatTheCommandsHave() throws IOException {
    JsonNode all = new ObjectMapper().readTree(printed(Map.of(), "--json"));
    JsonNode warm = new ObjectMapper().readTree(printed(Map.of(), "warm", "--json"));

    assertThat(all).hasSizeGreaterThan(40);
    assertThat(warm).hasSize(2);
    assertThat(warm.get(1).toString())
        .isEqualTo(
            """
            {"role":"warm","principal":"User:explanation-warm","host":"*","permission":"ALLOW",\
            "operation":"READ","resourceType":"TOPIC",\
            "resourceName":"explanation-worker-explanations-changelog","patternType":"LITERAL",\
            "purpose":"sees which explanations are there","without":"does not work"}\
            """);
  }

  @Test
  void otherArguments_areNotUnderstood() {
    assertThat(printer(Map.of()).print(List.of("nobody"))).isEmpty();
    assertThat(printer(Map.of()).print(List.of("worker", "User:a", "User:b"))).isEmpty();
  }

  @Test
  void page_hasTheTablesOfTheDefaults() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(page).as("docs/acls.md without its markers").contains(BEGIN, END);
    String expected = "\n" + printer(Map.of()).markdown() + "\n";

    if (Boolean.getBoolean("acls.table.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + expected + page.substring(end));
      return;
    }

    assertThat(page.substring(begin, end))
        .as(
            "the tables in docs/acls.md; to write them anew: mvn -pl worker test"
                + " -Dtest=AclPrinterTest -Dacls.table.write=true")
        .isEqualTo(expected);
  }
}
