package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the manifests to the API of Kubernetes, and to the worker. */
class KubernetesTest {

  private static final Path DIRECTORY = Project.ROOT.resolve("deploy/kubernetes");

  private static final Pattern METRIC = Pattern.compile("explanation_\\w+");

  private interface Check {
    void of(JsonElement manifest) throws IOException;
  }

  /** Each refuses unknown fields, wrong types, and required ones that are missing. */
  private static final Map<String, Check> CHECKS =
      Map.of(
          "v1/Namespace", V1Namespace::validateJsonElement,
          "v1/ConfigMap", V1ConfigMap::validateJsonElement,
          "v1/Secret", V1Secret::validateJsonElement,
          "v1/Service", V1Service::validateJsonElement,
          "apps/v1/StatefulSet", V1StatefulSet::validateJsonElement,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement);

  private final JsonNode statefulSet = manifest("statefulset.yaml");
  private final JsonNode pod = statefulSet.at("/spec/template/spec");
  private final JsonNode container = pod.at("/containers/0");
  private final JsonNode policy = manifest("networkpolicy.yaml");

  @Test
  void manifests_areValid() throws IOException {
    Map<String, JsonNode> manifests = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      files.forEach(
          file -> manifests.put(file.getFileName().toString(), Project.yaml(file).getFirst()));
    }
    // not of the API itself; tested below
    manifests.remove("kustomization.yaml");
    manifests.remove("scaledobject.yaml");

    for (Map.Entry<String, JsonNode> each : manifests.entrySet()) {
      assertThat(CHECKS).as(each.getKey()).containsKey(type(each.getValue()));
      CHECKS.get(type(each.getValue())).of(JsonParser.parseString(each.getValue().toString()));
    }
    assertThat(manifests).hasSize(CHECKS.size());
  }

  @Test
  void check_refusesWhatTheApiDoesNotKnow() {
    String misspelt = statefulSet.toString().replace("terminationGrace", "terminationGracious");

    assertThatThrownBy(() -> V1StatefulSet.validateJsonElement(JsonParser.parseString(misspelt)))
        .hasMessageContaining("terminationGraciousPeriodSeconds");
  }

  @Test
  void kustomization_listsEveryManifestButTheExampleAndTheOption() throws IOException {
    List<String> listed = new ArrayList<>();
    manifest("kustomization.yaml").path("resources").forEach(file -> listed.add(file.asText()));

    try (Stream<Path> files = Files.list(DIRECTORY)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      listed.stream(),
                      Stream.of("kustomization.yaml", "secret.example.yaml", "scaledobject.yaml"))
                  .toList());
    }
  }

  @Test
  void worker_acceptsItsSettings() {
    Map<String, String> environment = environment();

    assertThat(Project.settings()).containsAll(environment.keySet());
    SettingsLoader.Loaded loaded = SettingsLoader.loadAll(withSecrets(environment));
    assertThat(loaded.ignored()).isEmpty();
  }

  @Test
  void grace_isLongerThanAStopMayTake() {
    Settings settings = SettingsLoader.load(withSecrets(environment()));

    Duration grace = Duration.ofSeconds(pod.path("terminationGracePeriodSeconds").asLong());

    assertThat(grace).isGreaterThan(settings.streams().shutdownTimeout().plusSeconds(5));
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
  }

  @Test
  void secrets_areTheFilesThatTheSettingsName() {
    JsonNode example = manifest("secret.example.yaml").path("stringData");

    environment()
        .forEach(
            (name, value) -> {
              if (name.endsWith("_FILE")) {
                Path file = Path.of(value);
                assertThat(mounts()).containsValue(String.valueOf(file.getParent()));
                assertThat(example.has(String.valueOf(file.getFileName()))).as(name).isTrue();
              }
            });
  }

  @Test
  void volumes_areMounted_andWhatIsMountedExists() {
    List<String> volumes = new ArrayList<>();
    Consumer<JsonNode> add = volume -> volumes.add(volume.asText());
    pod.path("volumes").findValues("name").forEach(add);
    statefulSet.at("/spec/volumeClaimTemplates").findValues("name").forEach(add);

    assertThat(mounts().keySet()).containsExactlyInAnyOrderElementsOf(volumes);
    assertThat(environment().get("STATE_DIR")).startsWith(mounts().get("state") + "/");
  }

  @Test
  void pod_mayDoNothingThatItNeedNot() {
    JsonNode security = container.path("securityContext");

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    String dockerfile = Project.text(Project.ROOT.resolve("worker/Dockerfile"));
    assertThat(dockerfile).contains("USER " + pod.at("/securityContext/runAsUser").asText() + ":");
  }

  @Test
  void selectors_findThePods() {
    JsonNode labels = statefulSet.at("/spec/template/metadata/labels");

    assertThat(statefulSet.at("/spec/selector/matchLabels")).isEqualTo(labels);
    assertThat(manifest("service.yaml").at("/spec/selector")).isEqualTo(labels);
    assertThat(manifest("poddisruptionbudget.yaml").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    assertThat(policy.at("/spec/podSelector/matchLabels")).isEqualTo(labels);
    assertThat(statefulSet.at("/spec/serviceName"))
        .isEqualTo(manifest("service.yaml").at("/metadata/name"));
  }

  @Test
  void pods_tellTheirNamesInTheHeadlessService() {
    List<String> names = container.path("env").findValuesAsText("name");

    assertThat(environment().get("HTTP_ADVERTISED"))
        .isEqualTo(
            "explanation-worker-0.%s.%s.svc:%d"
                .formatted(
                    manifest("service.yaml").at("/metadata/name").asText(),
                    manifest("kustomization.yaml").path("namespace").asText(),
                    container.at("/ports/0/containerPort").asInt()));
    // Kubernetes expands only what stands before
    assertThat(names.indexOf("INSTANCE_ID")).isBetween(0, names.indexOf("HTTP_ADVERTISED"));
  }

  @Test
  void network_letsInHttpAlone() {
    List<String> ports = new ArrayList<>();
    policy
        .at("/spec/ingress")
        .findValues("ports")
        .forEach(rule -> rule.forEach(port -> ports.add(port.path("port").asText())));

    assertThat(policy.at("/spec/policyTypes")).hasSize(2);
    assertThat(ports).containsExactly(container.at("/ports/0/name").asText());
    assertThat(policy.at("/spec/ingress")).allMatch(rule -> rule.path("from").size() > 0);
  }

  @Test
  void network_letsTheWorkerReachWhatItsSettingsName() {
    Settings settings = SettingsLoader.load(withSecrets(environment()));

    assertThat(reaches(settings.kafka().bootstrapServers())).isTrue();
    assertThat(reaches(settings.redis().host() + ":" + settings.redis().port())).isTrue();
    assertThat(policy.at("/spec/egress"))
        .anyMatch(
            rule ->
                rule.at("/to/0/ipBlock/cidr").asText().equals("0.0.0.0/0")
                    && rule.at("/ports/0/port").asInt() == 443)
        .anyMatch(rule -> rule.at("/ports/0/port").asInt() == 53);
    assertThat(reaches("elsewhere.other.svc:9092")).isFalse();
  }

  /** A service is {@code NAME.NAMESPACE.svc:PORT}. */
  private boolean reaches(String service) {
    String[] name = service.split("[.:]", 0);
    for (JsonNode rule : policy.at("/spec/egress")) {
      boolean there =
          rule.path("to").findValuesAsText("kubernetes.io/metadata.name").contains(name[1]);
      if (there && rule.path("ports").findValuesAsText("port").contains(name[3])) {
        return true;
      }
    }
    return false;
  }

  @Test
  void scaling_followsWhatWaitsForASlot() {
    JsonNode waiting = trigger("waiting");
    JsonNode busy = trigger("busy");
    Settings settings = SettingsLoader.load(withSecrets(environment()));
    String meters = Project.text(Project.ROOT.resolve("docs/metrics.md"));

    String tried = Project.text(Project.ROOT.resolve("monitoring/alerts.test.yml"));
    for (JsonNode trigger : List.of(waiting, busy)) {
      String query = trigger.path("query").asText();
      assertThat(METRIC.matcher(query).results().map(MatchResult::group))
          .isNotEmpty()
          .allSatisfy(metric -> assertThat(meters).contains("| `" + metric + "` | gauge |"));
      assertThat(tried).contains("expr: " + query + "\n");
      assertThat(trigger.path("ignoreNullValues").asText()).isEqualTo("false");
      // Prometheus is where the network policy lets it scrape from
      String server = trigger.path("serverAddress").asText().replaceFirst("http://", "");
      assertThat(policy.at("/spec/ingress").findValuesAsText("kubernetes.io/metadata.name"))
          .contains(server.split("[.:]", 0)[1]);
    }
    assertThat(waiting.path("threshold").asInt()).isEqualTo(settings.gemini().maxInFlight() * 30);
    assertThat(busy.path("threshold").asInt()).isEqualTo(settings.gemini().maxInFlight() * 3 / 4);
  }

  private static JsonNode trigger(String name) {
    for (JsonNode trigger : manifest("scaledobject.yaml").at("/spec/triggers")) {
      if (trigger.path("name").asText().equals(name)) {
        assertThat(trigger.path("metadata")).as("texts alone, says KEDA").isNotEmpty();
        trigger.path("metadata").forEach(value -> assertThat(value.isTextual()).isTrue());
        return trigger.path("metadata");
      }
    }
    throw new AssertionError("no trigger " + name);
  }

  @Test
  void scaling_followsTheWorkersOwnGroup_upToItsPartitions() {
    JsonNode scaled = manifest("scaledobject.yaml");
    JsonNode kafka = trigger("lag");
    Settings settings = SettingsLoader.load(withSecrets(environment()));

    assertThat(scaled.at("/spec/scaleTargetRef/name")).isEqualTo(statefulSet.at("/metadata/name"));
    assertThat(scaled.path("apiVersion").asText()).isEqualTo("keda.sh/v1alpha1");
    assertThat(kafka.path("topic").asText()).isEqualTo(settings.topics().requests());
    assertThat(scaled.at("/spec/scaleTargetRef/kind")).isEqualTo(statefulSet.path("kind"));
    assertThat(kafka.path("consumerGroup").asText()).isEqualTo(settings.streams().applicationId());
    assertThat(kafka.path("bootstrapServers").asText())
        .isEqualTo(settings.kafka().bootstrapServers());
    assertThat(scaled.at("/spec/maxReplicaCount").asInt())
        .isLessThanOrEqualTo(settings.topics().partitions());
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    manifest("configmap.yaml")
        .path("data")
        .properties()
        .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
    for (JsonNode variable : container.path("env")) {
      environment.put(
          variable.path("name").asText(),
          variable
              .path("value")
              .asText("explanation-worker-0")
              .replace("$(INSTANCE_ID)", "explanation-worker-0"));
    }
    return environment;
  }

  private static Map<String, String> withSecrets(Map<String, String> environment) {
    Map<String, String> read = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.endsWith("_FILE")) {
            read.put(name.replace("_FILE", ""), "a-secret-of-some-length");
          } else {
            read.put(name, value);
          }
        });
    return read;
  }

  private Map<String, String> mounts() {
    Map<String, String> mounts = new HashMap<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      mounts.put(mount.path("name").asText(), mount.path("mountPath").asText());
    }
    return mounts;
  }

  private static String type(JsonNode manifest) {
    return manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
  }

  private static JsonNode manifest(String file) {
    return Project.yaml(DIRECTORY.resolve(file)).getFirst();
  }
}
