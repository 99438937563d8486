package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The profile {@code secured} of docker-compose.yml. */
class SecuredComposeFileTest {

  private static final String FILE = "deploy/secured/docker-compose.yml";
  private static final Pattern RIGHTS = Pattern.compile("`(~explanation:\\* [^`]+)`");

  private final JsonNode services =
      Project.yaml(Project.ROOT.resolve(FILE)).getFirst().path("services");
  private final String init = services.at("/secured-init/command/0").asText();

  @Test
  void file_isIncluded_andAddsNothingWithoutItsProfile() {
    JsonNode main = Project.yaml(Project.ROOT.resolve("docker-compose.yml")).getFirst();

    assertThat(main.at("/include/0").asText()).isEqualTo(FILE);
    assertThat(services)
        .isNotEmpty()
        .allMatch(service -> service.at("/profiles/0").asText().equals("secured"));
    services
        .fieldNames()
        .forEachRemaining(name -> assertThat(main.path("services").has(name)).as(name).isFalse());
  }

  @Test
  void worker_speaksTls_andLogsIn_everywhere() {
    Map<String, String> environment = new HashMap<>();
    services
        .at("/worker-secured/environment")
        .properties()
        .forEach(each -> environment.put(each.getKey(), each.getValue().asText()));
    assertThat(Project.settings())
        .containsAll(
            environment.keySet().stream()
                .filter(name -> !name.matches("KAFKA_(SECURITY|SASL|SSL)_.*"))
                .toList());
    environment.values().removeIf(value -> value.startsWith("${"));
    environment.remove("WORKER_CONFIG");
    environment.put("GOOGLE_API_KEY", "none");
    for (String secret : List.of("CONTROL_TOKEN", "KAFKA_SASL_JAAS_CONFIG", "REDIS_PASSWORD")) {
      assertThat(environment.remove(secret + "_FILE")).startsWith("/run/explanation-worker/");
      environment.put(secret, "a-secret-of-some-length;");
    }

    SettingsLoader.Loaded loaded = SettingsLoader.loadAll(environment);

    assertThat(loaded.ignored()).isEmpty();
    Settings settings = loaded.settings();
    assertThat(settings.kafka().properties()).containsEntry("security.protocol", "SASL_SSL");
    assertThat(settings.redis().tls()).isTrue();
    assertThat(settings.redis().caFile())
        .hasToString(settings.kafka().properties().get("ssl.truststore.location"));
    assertThat(init).contains("worker/ca.pem", "worker/kafka-jaas-config", "worker/redis-password");
  }

  @Test
  void redis_letsTheWorkerDoWhatTheDocumentsSay() {
    String rights =
        RIGHTS
            .matcher(Project.text(Project.ROOT.resolve("docs/deploying.md")))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow();

    assertThat(init).contains("user default off", "user worker on #$$hash " + rights + "\"");
  }

  @Test
  void services_mayDoNothingThatTheyNeedNot() {
    services
        .properties()
        .forEach(
            each -> {
              JsonNode service = each.getValue();
              assertThat(texts(service.path("cap_drop"))).as(each.getKey()).containsExactly("ALL");
              assertThat(texts(service.path("security_opt")))
                  .as(each.getKey())
                  .containsExactly("no-new-privileges:true");
              assertThat(service.path("mem_limit").asText()).as(each.getKey()).matches("\\d+[mg]");
              assertThat(texts(service.path("ports")))
                  .as(each.getKey())
                  .allMatch(port -> port.startsWith("127.0.0.1:"));
              assertThat(texts(service.path("volumes")))
                  .as(each.getKey())
                  .allMatch(volume -> volume.startsWith("secured-"));
            });
  }

  @Test
  void builds_areOfTheProject() {
    services.forEach(
        service -> {
          if (service.has("build")) {
            Path context =
                Project.ROOT
                    .resolve(FILE)
                    .resolveSibling(service.at("/build/context").asText())
                    .normalize();
            assertThat(context).isEqualTo(Project.ROOT);
            assertThat(
                    Files.isRegularFile(context.resolve(service.at("/build/dockerfile").asText())))
                .isTrue();
          }
        });
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
