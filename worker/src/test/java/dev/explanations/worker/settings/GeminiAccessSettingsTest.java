package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.settings.Settings.Credentials;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of Gemini's two endpoints is used, and with which credentials. */
class GeminiAccessSettingsTest extends SettingsFixture {

  @Test
  void load_demandsApiKey() {
    assertThat(problemsOf(Map.of()))
        .singleElement()
        .asString()
        .startsWith("GOOGLE_API_KEY is not set");
  }

  @Test
  void load_prefersGoogleApiKey() {
    assertThat(load("GEMINI_API_KEY", "k-2").gemini().credentials())
        .isEqualTo(new Credentials.DeveloperApi(new Secret("k-1")));
    assertThat(SettingsLoader.load(Map.of("GEMINI_API_KEY", "k-2")).gemini().credentials())
        .isEqualTo(new Credentials.DeveloperApi(new Secret("k-2")));
  }

  @Test
  void load_usesVertexAi_withProjectAndLocation() {
    Settings.Gemini gemini =
        SettingsLoader.load(
                Map.of(
                    "GOOGLE_GENAI_USE_VERTEXAI", "true",
                    "GOOGLE_CLOUD_PROJECT", "p-1",
                    "GOOGLE_CLOUD_LOCATION", "global",
                    "GOOGLE_GEMINI_BASE_URL", "http://gemini:1",
                    "GOOGLE_VERTEX_BASE_URL", "http://vertex:1"))
            .gemini();

    assertThat(gemini.credentials()).isEqualTo(new Credentials.VertexAi("p-1", "global", null));
    assertThat(gemini.baseUrl()).isEqualTo("http://vertex:1");
  }

  @Test
  void load_usesVertexAi_withKeyAlone() {
    assertThat(
            load("GOOGLE_GENAI_USE_VERTEXAI", "true", "GOOGLE_CLOUD_PROJECT", "p-1")
                .gemini()
                .credentials())
        .isEqualTo(new Credentials.VertexAi(null, null, new Secret("k-1")));
  }

  @Test
  void load_refusesVertexAi_withoutLocationAndKey() {
    assertThat(
            problemsOf(
                Map.of("GOOGLE_GENAI_USE_ENTERPRISE", "true", "GOOGLE_CLOUD_PROJECT", "p-1")))
        .singleElement()
        .asString()
        .contains("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_API_KEY");
  }

  @Test
  void load_letsEnterpriseWinOverVertexAi() {
    assertThat(
            load("GOOGLE_GENAI_USE_VERTEXAI", "true", "GOOGLE_GENAI_USE_ENTERPRISE", "false")
                .gemini()
                .credentials())
        .isInstanceOf(Credentials.DeveloperApi.class);
  }
}
