package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.simulator.script.Durations;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ComposeFileTest {

  /** VOLUME of the images that are pulled. */
  private static final Map<String, List<String>> VOLUMES_OF_IMAGES =
      Map.of(
          "redis:", List.of("/data"),
          "apache/kafka:",
              List.of("/var/lib/kafka/data", "/etc/kafka/secrets", "/mnt/shared/config"),
          "prom/prometheus:", List.of("/prometheus"));

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z_]+(?::([-+])([^}]*))?}");

  private final JsonNode compose =
      Project.yaml(Project.ROOT.resolve("docker-compose.yml")).getFirst();
  private final JsonNode services = compose.path("services");

  @Test
  void worker_hasSettingsThatItAccepts_withoutAnyVariableOfTheUser() {
    Map<String, String> environment = environment("worker");

    assertThat(Project.settings()).containsAll(environment.keySet());
    Map<String, String> read = new HashMap<>(environment);
    read.remove("WORKER_CONFIG");
    // what the init step writes
    read.put("GOOGLE_API_KEY", "none");
    read.remove("CONTROL_TOKEN_FILE");
    read.put("CONTROL_TOKEN", "token");
    read.remove("REDIS_PASSWORD_FILE");
    read.put("REDIS_PASSWORD", "password");
    SettingsLoader.Loaded loaded = SettingsLoader.loadAll(read);
    assertThat(loaded.ignored()).isEmpty();
    assertThat(loaded.settings().redis().enabled()).isTrue();
  }

  @Test
  void worker_hasMoreTimeToStopThanItMayTake() {
    Settings settings = SettingsLoader.load(Map.of("GOOGLE_API_KEY", "none"));

    Duration grace = Durations.parse(services.at("/worker/stop_grace_period").asText());

    assertThat(grace).isGreaterThan(settings.streams().shutdownTimeout().plusSeconds(5));
  }

  @Test
  void worker_isAtPort8080_orAtTheRangeThatIsGivenForSeveral() {
    JsonNode worker = services.path("worker");

    assertThat(worker.has("container_name")).isFalse();
    assertThat(texts(worker.path("ports"))).containsExactly("127.0.0.1:${WORKER_PORTS:-8080}:8080");
  }

  @Test
  void services_comeBackAfterTheEngine() {
    forEachService(
        (name, service) ->
            assertThat(service.path("restart").asText("no"))
                .as(name)
                .isEqualTo(name.equals("init") ? "no" : "unless-stopped"));
  }

  @Test
  void everyCommandReachesAllServices_butMonitoring() {
    Set<String> inProfiles = new TreeSet<>();
    forEachService(
        (name, service) -> {
          if (service.has("profiles")) {
            inProfiles.add(name);
          }
        });

    assertThat(inProfiles)
        .as("left running by a stop without the profile, in some versions of Compose")
        .containsExactly("grafana", "prometheus");
  }

  /** Volumes without a name stay behind with each container that is removed. */
  @Test
  void volumes_haveNames_andWhereAnImageHasOneSomethingIsMounted() {
    forEachService(
        (name, service) -> {
          List<String> mounted = new ArrayList<>(texts(service.path("tmpfs")));
          for (String volume : texts(service.path("volumes"))) {
            assertThat(volume).as(name).contains(":");
            mounted.add(volume.split(":", 3)[1]);
          }
          VOLUMES_OF_IMAGES.forEach(
              (image, paths) -> {
                if (service.path("image").asText().startsWith(image)) {
                  assertThat(mounted).as(name).containsAll(paths);
                }
              });
        });
    assertThat(services.at("/worker/volumes/0").asText())
        .as("the VOLUME of worker/Dockerfile")
        .isEqualTo("state:/var/lib/explanation-worker");
  }

  @Test
  void secrets_areSeenByWhomTheyConcern() {
    Map<String, String> seen = new TreeMap<>();
    forEachService(
        (name, service) ->
            texts(service.path("volumes")).stream()
                .filter(volume -> volume.contains("secrets:") && !name.equals("init"))
                .forEach(volume -> seen.merge(name, volume, String::concat)));

    assertThat(seen)
        .containsExactly(
            entry("grafana", "grafana-secrets:/run/grafana:ro"),
            entry("redis", "redis-secrets:/run/redis:ro"),
            entry("worker", "worker-secrets:/run/explanation-worker:ro"));
  }

  @Test
  void services_mayDoNothingThatTheyNeedNot_andHaveAMemoryLimit() {
    forEachService(
        (name, service) -> {
          assertThat(texts(service.path("cap_drop"))).as(name).containsExactly("ALL");
          assertThat(texts(service.path("security_opt")))
              .as(name)
              .containsExactly("no-new-privileges:true");
          assertThat(service.path("mem_limit").asText()).as(name).matches("\\d+[mg]");
        });
  }

  @Test
  void worker_mayWriteNothingButItsStateAndTemporaryFiles() {
    JsonNode worker = services.path("worker");

    assertThat(worker.path("read_only").asBoolean()).isTrue();
    assertThat(worker.at("/cap_drop/0").asText()).isEqualTo("ALL");
    assertThat(texts(worker.path("tmpfs"))).containsExactly("/tmp:exec,size=128m");
  }

  @Test
  void ports_arePublishedOnLoopbackOnly() {
    List<String> ports = new ArrayList<>();
    services.forEach(service -> ports.addAll(texts(service.path("ports"))));

    assertThat(ports).hasSizeGreaterThan(4).allMatch(port -> port.startsWith("127.0.0.1:"));
  }

  @Test
  void secrets_areInNoVariableAndNoCommand() {
    Set<String> named = new TreeSet<>();
    services.fieldNames().forEachRemaining(name -> named.addAll(environment(name).keySet()));

    assertThat(named)
        .noneMatch(name -> name.matches(".*(PASSWORD|TOKEN)"))
        .contains("CONTROL_TOKEN_FILE", "REDIS_PASSWORD_FILE");
    assertThat(texts(services.at("/redis/command"))).noneMatch(word -> word.contains("pass"));
  }

  @Test
  void services_startInOrder_andWhatTheyWaitForCanBeSeen() {
    services
        .path("worker")
        .path("depends_on")
        .properties()
        .forEach(
            dependency -> {
              JsonNode service = services.path(dependency.getKey());
              String condition = dependency.getValue().path("condition").asText();
              assertThat(
                      condition.equals("service_completed_successfully")
                          || service.has("healthcheck"))
                  .as(dependency.getKey())
                  .isTrue();
              assertThat(service.has("profiles")).as(dependency.getKey()).isFalse();
            });
  }

  @Test
  void builds_areOfStagesThatExist() {
    String dockerfile = Project.text(Project.ROOT.resolve("worker/Dockerfile"));

    services.forEach(
        service -> {
          JsonNode build = service.path("build");
          if (build.isObject()) {
            assertThat(Project.ROOT.resolve(build.path("dockerfile").asText())).isRegularFile();
            if (build.has("target")) {
              assertThat(dockerfile).contains(" AS " + build.path("target").asText() + "\n");
            }
          }
        });
    assertThat(Files.isRegularFile(Project.ROOT.resolve(".dockerignore"))).isTrue();
  }

  @Test
  void mountedFiles_exist() {
    List<String> volumes = new ArrayList<>();
    services.forEach(service -> volumes.addAll(texts(service.path("volumes"))));

    assertThat(volumes.stream().filter(volume -> volume.startsWith("./")))
        .isNotEmpty()
        .allMatch(
            volume -> Files.exists(Project.ROOT.resolve(volume.substring(0, volume.indexOf(':')))));
  }

  /** As it is when the user has set nothing. */
  private Map<String, String> environment(String service) {
    Map<String, String> environment = new HashMap<>();
    services
        .path(service)
        .path("environment")
        .properties()
        .forEach(entry -> environment.put(entry.getKey(), unset(entry.getValue().asText())));
    return environment;
  }

  private static String unset(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> "-".equals(found.group(1)) ? Matcher.quoteReplacement(found.group(2)) : "");
  }

  private void forEachService(BiConsumer<String, JsonNode> check) {
    services.properties().forEach(each -> check.accept(each.getKey(), each.getValue()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
