package dev.explanations.worker.gemini.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real SDK behind a proxy. */
class ProxiesTest {

  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("us er:p@ss+w/ö".getBytes(UTF_8));

  private final List<String> heads = new CopyOnWriteArrayList<>();
  @AutoClose private ServerSocket proxy;
  private volatile String answer = "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n";

  @BeforeEach
  void start() throws IOException {
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::serve);
  }

  private void serve() {
    try {
      while (true) {
        try (Socket socket = proxy.accept()) {
          BufferedReader in =
              new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
          StringBuilder head = new StringBuilder();
          for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
            head.append(line).append('\n');
            line = in.readLine();
          }
          heads.add(head.toString());
          socket.getOutputStream().write(answer.getBytes(US_ASCII));
        }
      }
    } catch (IOException e) {
      // the end of the test
    }
  }

  private Outcome explain(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("GOOGLE_API_KEY", "k-1");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    try (GeminiModel model = GeminiModel.create(SettingsLoader.load(all).gemini(), "m")) {
      return model.explain(TestPrompt.of("You explain.", "Explain.", 300));
    }
  }

  private String url(String login) {
    return "http://" + login + "127.0.0.1:" + proxy.getLocalPort();
  }

  @ParameterizedTest
  @CsvSource({"HTTPS_PROXY", "https_proxy"})
  void select_tunnelsHttps(String name) {
    explain(name, url("us%20er:p%40ss+w%2F%C3%B6@"));

    assertThat(heads).hasSize(1);
    assertThat(heads.getFirst())
        .startsWith("CONNECT generativelanguage.googleapis.com:443 ")
        .contains("Proxy-Authorization: " + LOGIN)
        .doesNotContain("k-1");
  }

  @Test
  void select_sendsPlainRequests_withTheLogin_once() {
    explain(
        "GOOGLE_GEMINI_BASE_URL", "http://gemini.test:8090",
        "HTTP_PROXY", url("us%20er:p%40ss+w%2F%C3%B6@"),
        "HTTPS_PROXY", "http://127.0.0.1:1");

    assertThat(heads).hasSize(1);
    assertThat(heads.getFirst())
        .startsWith("POST http://gemini.test:8090/v1beta/models/m:generateContent ")
        .contains("Proxy-Authorization: " + LOGIN);
  }

  @ParameterizedTest
  @CsvSource({"'', HTTP_PROXY", "'', HTTPS_PROXY", "u:wrong-password@, HTTPS_PROXY"})
  void authenticate_isMisconfigured_whenTheProxyRefusesTheLogin(String login, String name) {
    answer =
        """
        HTTP/1.1 407 Login\r
        Proxy-Authenticate: Basic realm="r"\r
        Content-Length: 0\r
        \r
        """;
    Outcome outcome =
        explain(
            name,
            url(login),
            name.equals("HTTP_PROXY") ? "GOOGLE_GEMINI_BASE_URL" : "GEMINI_TIMEOUT",
            name.equals("HTTP_PROXY") ? "http://gemini.test" : "20s");

    assertThat(outcome).isInstanceOf(Outcome.Misconfigured.class);
    Outcome.Failed failed = (Outcome.Failed) outcome;
    assertThat(failed.code()).isEqualTo(ErrorCode.MISCONFIGURED);
    assertThat(failed.message()).doesNotContain("wrong-password");
    assertThat(heads).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "localhost", "'[::1]'"})
  void select_goesDirect_toThisMachine(String host) throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://" + host + ":" + socket.getLocalPort();
    }
    explain("GOOGLE_GEMINI_BASE_URL", nobody, "HTTP_PROXY", url(""));

    assertThat(heads).isEmpty();
  }

  @Test
  void select_goesDirect_whereNoProxySaysSo() {
    explain(
        "GOOGLE_GEMINI_BASE_URL", "http://gemini.invalid",
        "HTTP_PROXY", url(""),
        "NO_PROXY", "example.com,invalid");

    assertThat(heads).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"https.proxyHost, true", "socksProxyHost, true", "http.proxyHost, false"})
  void select_leavesItToTheJvm_whereThatHasAProxy(String property, boolean wins) {
    Settings.Proxies settings =
        SettingsLoader.load(Map.of("GOOGLE_API_KEY", "k-1", "HTTPS_PROXY", "http://ours:1"))
            .gemini()
            .proxies();
    InetSocketAddress theirs = InetSocketAddress.createUnresolved("theirs", 2);
    Proxies proxies =
        new Proxies(
            settings, it -> it.equals(property) ? "theirs" : null, ProxySelector.of(theirs));

    SocketAddress chosen = proxies.select(URI.create("https://example.com/")).getFirst().address();

    assertThat(chosen.equals(theirs)).isEqualTo(wins);
    assertThat(chosen).hasToString(wins ? theirs.toString() : "ours/<unresolved>:1");
  }
}
