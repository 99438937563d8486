package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {

  private static SettingsLoader.Loaded load(String... namesAndTexts) {
    Map<String, String> environment = new HashMap<>(Map.of("GOOGLE_API_KEY", "k-1"));
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      environment.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return SettingsLoader.loadAll(environment);
  }

  @ParameterizedTest
  @CsvSource({
    "http://proxy:3128, proxy, 3128",
    "http://proxy.example.com/, proxy.example.com, 80",
    "proxy:3128, proxy, 3128",
    "HTTP://10.0.0.1:8080, 10.0.0.1, 8080",
    "'http://[fd00::1]:3128', fd00::1, 3128"
  })
  void load_takesAProxy(String text, String host, int port) {
    assertThat(load("HTTPS_PROXY", text).settings().gemini().proxies().https())
        .isEqualTo(new Proxy(host, port, null));
  }

  @Test
  void load_neverShowsTheLogin() {
    SettingsLoader.Loaded loaded = load("HTTPS_PROXY", "http://us%65r:s3%2Bcret@proxy:3128");

    assertThat(loaded.settings().gemini().proxies().https())
        .isEqualTo(new Proxy("proxy", 3128, new Proxy.Login("user", new Secret("s3+cret"))));
    assertThat(loaded.summary()).containsEntry("HTTPS_PROXY", "http://******@proxy:3128");
    assertThat(loaded.toString()).doesNotContain("s3", "user:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s3cret@proxy:3128",
        "socks5://s3cret@proxy",
        "http://",
        "http://u:s3cret@",
        "http://u:s3cret@proxy:99999",
        "http://u:s3cret@proxy/path",
        "http://u:s3cret#x@proxy",
        "http://u:s3cret@x@proxy",
        "u:s3cret@proxy:port"
      })
  void load_refusesABadProxy_withoutRepeatingIt(String text) {
    assertThatThrownBy(() -> load("HTTPS_PROXY", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("HTTPS_PROXY (value hidden): must be a URL such as")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "http://example.com", "a b/c", "exa$mple", "10.0.0.x/8"})
  void load_refusesABadNoProxy(String text) {
    assertThatThrownBy(() -> load("NO_PROXY", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("NO_PROXY=" + text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "example.com example.com true",
        "example.com EXAMPLE.com true",
        "example.com a.b.example.com true",
        ".example.com a.example.com true",
        "*.example.com a.example.com true",
        "example.com badexample.com false",
        "example.com example.com.evil false",
        "example.com:443 example.com true",
        "example.com:80 example.com false",
        "* anything.at.all true",
        "10.0.0.0/8 10.255.0.1 true",
        "10.0.0.0/8 11.0.0.1 false",
        "10.0.0.0/8 host.10 false",
        "10.0.0.1 10.0.0.1 true",
        "fd00::/8 [fd12::3] true",
        "fd00::/8 10.0.0.1 false",
        "x.test,,example.com, example.com true",
        "x.test localhost true",
        "x.test 127.0.0.9 true",
        "x.test [::1] true",
        "x.test 169.254.169.254 true",
        "x.test metadata.google.internal true"
      })
  void matches_asCurlAndGoDo(String list, String host, boolean matches) {
    assertThat(load("no_proxy", list).settings().gemini().proxies().none().matches(host, 443))
        .isEqualTo(matches);
  }

  @Test
  void load_prefersUpperCase() {
    assertThat(
            load("https_proxy", "http://a:1", "HTTPS_PROXY", "http://b:2")
                .settings()
                .gemini()
                .proxies()
                .https())
        .isEqualTo(new Proxy("b", 2, null));
  }

  @ParameterizedTest
  @CsvSource({
    "GOOGLE_GEMINI_BASE_URL, http://gateway, false",
    "GOOGLE_GEMINI_BASE_URL, http://10.0.0.1:8080, false",
    "GOOGLE_GEMINI_BASE_URL, http://localhost.example.com, false",
    "GOOGLE_VERTEX_BASE_URL, http://gateway, false",
    "GOOGLE_VERTEX_BASE_URL, https://gateway, true",
    "GOOGLE_GEMINI_BASE_URL, https://gateway, true",
    "GOOGLE_GEMINI_BASE_URL, http://127.0.0.1:8090, true",
    "GOOGLE_GEMINI_BASE_URL, 'http://[::1]:8090', true",
    "GOOGLE_GEMINI_BASE_URL, http://localhost:8090, true"
  })
  void load_refusesAKeyInClear_inProduction(String name, String url, boolean good) {
    assertThat(load(name, url).settings()).isNotNull();
    if (good) {
      assertThat(load(name, url, "ENVIRONMENT", "production").settings()).isNotNull();
    } else {
      assertThatThrownBy(() -> load(name, url, "ENVIRONMENT", "production"))
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageContaining(name + "=" + url + ": must be an https URL");
    }
  }
}
