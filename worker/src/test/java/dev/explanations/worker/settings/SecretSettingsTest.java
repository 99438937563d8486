package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.settings.Settings.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets: from files, in summaries, and in what is refused. */
class SecretSettingsTest extends SettingsFixture {

  @Test
  void load_hidesSecrets_whenTheyAreBad() {
    assertThat(problems("CONTROL_TOKEN", "hush hush", "REDIS_PASSWORD", "psst\n"))
        .hasSize(2)
        .allSatisfy(
            problem ->
                assertThat(problem).contains("(value hidden)").doesNotContain("hush", "psst"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.5", "::", "worker.example.org"})
  void load_demandsControlToken_whenOthersCanReachTheServer(String host) {
    assertThat(problems("HTTP_HOST", host))
        .containsExactly(
            "CONTROL_TOKEN is not set: must be set when HTTP_HOST (%s) is not a loopback address"
                .formatted(host));
    assertThat(problems("HTTP_HOST", host, "READ_TOKEN", "hush"))
        .as("a token that only reads is no replacement")
        .singleElement()
        .asString()
        .startsWith("CONTROL_TOKEN is not set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"})
  void load_needsNoControlToken_onLoopback(String host) {
    assertThat(load("HTTP_HOST", host).http().controlToken()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "hush-15-letters"})
  void load_demandsALongControlToken_inProduction(String token) {
    assertThat(problems("ENVIRONMENT", "production", "CONTROL_TOKEN", token))
        .containsExactly(
            "CONTROL_TOKEN (value hidden) is too short: must have at least 16 characters with"
                + " ENVIRONMENT=production");
    assertThat(problems("ENVIRONMENT", "production", "READ_TOKEN", token))
        .singleElement()
        .asString()
        .startsWith("READ_TOKEN (value hidden) is too short");
    assertThat(load("CONTROL_TOKEN", token).http().controlToken()).isNotNull();
    assertThat(load("ENVIRONMENT", "production", "CONTROL_TOKEN", "hush-16-letters-").http())
        .isNotNull();
  }

  @Test
  void load_refusesOneTokenForBothRights() {
    assertThat(problems("CONTROL_TOKEN", "hush", "READ_TOKEN", "hush"))
        .containsExactly("READ_TOKEN (value hidden) is also the CONTROL_TOKEN: must be another");
  }

  @Test
  void load_readsSecretFromFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "from-file\n");

    Settings settings = SettingsLoader.load(Map.of("GOOGLE_API_KEY_FILE", file.toString()));

    assertThat(settings.gemini().credentials())
        .isEqualTo(new Credentials.DeveloperApi(new Secret("from-file")));
  }

  @Test
  void load_trimsOneNewlineOnly(@TempDir Path directory) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), " p \r\n");
    assertThat(load("REDIS_PASSWORD_FILE", password.toString()).redis().password())
        .isEqualTo(new Secret(" p "));

    Path twice = Files.writeString(directory.resolve("twice"), "p\n\n");
    assertThat(problems("REDIS_PASSWORD_FILE", twice.toString()))
        .singleElement()
        .asString()
        .startsWith("REDIS_PASSWORD (value hidden)");
  }

  @Test
  void load_refusesSecretThatIsSetTwice(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "k-2");

    assertThat(problems("GOOGLE_API_KEY_FILE", file.toString()))
        .containsExactly(
            "GOOGLE_API_KEY and GOOGLE_API_KEY_FILE are both set: only one of them is allowed");
  }

  @Test
  void load_refusesSecretFileThatCannotBeUsed(@TempDir Path directory) throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");

    assertThat(problems("CONTROL_TOKEN_FILE", directory.resolve("none").toString()))
        .singleElement()
        .asString()
        .contains("CONTROL_TOKEN_FILE=", "none", "NoSuchFileException");
    assertThat(problems("CONTROL_TOKEN_FILE", empty.toString()))
        .singleElement()
        .asString()
        .contains("CONTROL_TOKEN_FILE=", "empty");
    assertThat(problems("CONTROL_TOKEN_FILE", "the-token-itself"))
        .singleElement()
        .asString()
        .contains("CONTROL_TOKEN_FILE (value hidden")
        .doesNotContain("itself");
  }

  @Test
  void loadAll_summarisesEverything_withoutSecrets() {
    Map<String, String> summary =
        SettingsLoader.loadAll(
                with(
                    "GOOGLE_API_KEY", "hush-1",
                    "REDIS_PASSWORD", "hush-2",
                    "CONTROL_TOKEN", "hush-3",
                    "READ_TOKEN", "hush-5",
                    "KAFKA_SASL_JAAS_CONFIG", "hush-4",
                    "KAFKA_SECURITY_PROTOCOL", "SASL_SSL"))
            .summary();

    assertThat(summary.keySet()).containsAll(everySetting());
    assertThat(summary)
        .containsEntry("GOOGLE_API_KEY", "******")
        .containsEntry("GEMINI_TIMEOUT", "1m")
        .containsEntry("SHUTDOWN_TIMEOUT", "70s")
        .containsEntry("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "5")
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", "******");
    assertThat(summary.toString()).doesNotContain("hush");
  }

  @Test
  void toString_hidesSecrets() {
    assertThat(load("CONTROL_TOKEN", "hush").toString()).doesNotContain("hush", "k-1");
  }

  @Test
  void toString_hidesSecrets_ofKafka() {
    assertThat(load("KAFKA_SSL_KEY_PASSWORD", "hush").toString()).doesNotContain("hush");
  }
}
