package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonParser;
import dev.explanations.worker.settings.SettingsLoader;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The overlay for a Kafka with TLS and a login, applied to the manifests. */
class KubernetesSaslTest {

  private static final Path DIRECTORY = Project.ROOT.resolve("deploy/kubernetes-sasl");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final JsonNode overlay = yaml(DIRECTORY.resolve("kustomization.yaml"));
  private final JsonNode secret = yaml(DIRECTORY.resolve("secret.example.yaml"));
  private final JsonNode configMap = patched("configmap.yaml");
  private final JsonNode statefulSet = patched("statefulset.yaml");

  @Test
  void patchedManifests_areValid() throws IOException {
    Path base = DIRECTORY.resolve(overlay.at("/resources/0").asText()).normalize();
    assertThat(base).isEqualTo(Project.ROOT.resolve("deploy/kubernetes"));
    V1ConfigMap.validateJsonElement(JsonParser.parseString(configMap.toString()));
    V1StatefulSet.validateJsonElement(JsonParser.parseString(statefulSet.toString()));
    V1Secret.validateJsonElement(JsonParser.parseString(secret.toString()));
  }

  @Test
  void worker_logsIn_overTls() {
    Map<String, String> environment = new HashMap<>();
    configMap
        .path("data")
        .properties()
        .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
    environment.put("GOOGLE_API_KEY", "a-secret");
    environment.put("CONTROL_TOKEN", "a-secret-of-16-bytes");
    environment.put("KAFKA_SASL_JAAS_CONFIG", secret.at("/stringData/sasl-jaas-config").asText());

    SettingsLoader.Loaded loaded = SettingsLoader.loadAll(environment);

    assertThat(loaded.ignored()).isEmpty();
    assertThat(loaded.settings().kafka().bootstrapServers()).endsWith(":9093");
    assertThat(loaded.settings().kafka().properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("ssl.truststore.type", "PEM")
        .containsKey("sasl.jaas.config");
  }

  @Test
  void files_areThoseOfTheSecret() {
    String mount = "/run/secrets/kafka/";
    Set<String> files = new HashSet<>();
    for (JsonNode variable : statefulSet.at("/spec/template/spec/containers/0/env")) {
      files.add(variable.path("value").asText());
    }
    configMap.path("data").forEach(value -> files.add(value.asText()));
    files.removeIf(file -> !file.startsWith(mount));

    assertThat(files).hasSize(2);
    assertThat(files)
        .allMatch(file -> secret.path("stringData").has(file.substring(mount.length())));
    assertThat(statefulSet.at("/spec/template/spec/containers/0/volumeMounts"))
        .anyMatch(volume -> (volume.path("mountPath").asText() + "/").equals(mount));
    assertThat(statefulSet.at("/spec/template/spec/volumes"))
        .anyMatch(
            volume ->
                volume.at("/secret/secretName").equals(secret.at("/metadata/name"))
                    && volume.path("name").asText().equals("kafka"));
  }

  @Test
  void pod_mayDoNothingThatItNeedNot_hereToo() {
    JsonNode pod = statefulSet.at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0/securityContext");

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(pod.at("/containers/0/volumeMounts"))
        .allMatch(
            mount ->
                mount.path("readOnly").asBoolean()
                    || mount.path("name").asText().matches("state|tmp"));
  }

  /** A manifest with the overlay's operations on it, of which there are two kinds. */
  private JsonNode patched(String file) {
    JsonNode manifest = yaml(Project.ROOT.resolve("deploy/kubernetes").resolve(file));
    for (JsonNode patch : overlay.path("patches")) {
      if (patch.at("/target/kind").equals(manifest.path("kind"))) {
        assertThat(patch.at("/target/name")).isEqualTo(manifest.at("/metadata/name"));
        read(patch.path("patch").asText()).forEach(operation -> apply(operation, manifest));
      }
    }
    return manifest;
  }

  private static void apply(JsonNode operation, JsonNode manifest) {
    JsonPointer path = JsonPointer.compile(operation.path("path").asText());
    String last = path.last().getMatchingProperty();
    JsonNode parent = manifest.at(path.head());
    if (parent instanceof ArrayNode array) {
      assertThat(operation.path("op").asText() + last).isEqualTo("add-");
      array.add(operation.path("value"));
    } else {
      assertThat(parent.has(last)).isEqualTo(operation.path("op").asText().equals("replace"));
      ((ObjectNode) parent).set(last, operation.path("value"));
    }
  }

  private static JsonNode yaml(Path file) {
    return Project.yaml(file).getFirst();
  }

  private static JsonNode read(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (IOException e) {
      throw new AssertionError(yaml, e);
    }
  }
}
