package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.cache.Certificates;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker behind the proxy of {@code deploy/tls-proxy}, as the documents say it is set up. */
@ParameterizedClass
@EnumSource(TlsProxyTest.By.class)
class TlsProxyTest {
  private static final String HOST = "Host: worker.example.org";
  private static final String TOKEN = "Authorization: Bearer control-token";
  private static final String READER = "Authorization: Bearer read-token";
  private static final String OPEN = "POST /api/circuit-breaker/google_ai/open";
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"(assets/[^\"]+)\"");

  private static Certificates certificates;

  @Parameter private By by = By.STAND_IN;

  @TempDir private Path directory;

  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");
  private final MemoryDeadLetters letters = new MemoryDeadLetters();

  @AutoClose private final OpsServer server = server(token("control-token"), token("read-token"));
  @AutoClose private final OpsServer tokenless = server(null, null);

  private final List<TlsProxy> proxies = new ArrayList<>();

  enum By {
    STAND_IN,
    NGINX
  }

  private static Settings.Token token(String token) {
    return new Settings.Token(new Secret(token), null);
  }

  private OpsServer server(Settings.@Nullable Token control, Settings.@Nullable Token read) {
    return TestServers.of(
        new Settings.Http("127.0.0.1", 0, control, read, null),
        breakers,
        new MemoryControl(breakers),
        letters,
        TestMetrics.service(breakers));
  }

  @BeforeAll
  static void makeCertificate(@TempDir Path directory) throws Exception {
    certificates = Certificates.create(directory, "DNS:worker.example.org,IP:127.0.0.1");
  }

  @BeforeEach
  void start() throws Exception {
    server.start();
    tokenless.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (TlsProxy proxy : proxies) {
      proxy.close();
    }
  }

  private TlsProxy proxyOf(OpsServer worker) throws Exception {
    Optional<Path> nginx = TlsProxy.nginx();
    assumeTrue(by == By.STAND_IN || nginx.isPresent(), "no nginx on the path");
    TlsProxy proxy =
        by == By.STAND_IN
            ? new StandInProxy(certificates, worker.port())
            : new Nginx(
                nginx.orElseThrow(),
                Files.createTempDirectory(directory, "nginx"),
                certificates,
                worker.port());
    proxies.add(proxy);
    return proxy;
  }

  /** Over TLS, to a server that shows a certificate for 127.0.0.1. */
  private static Answer call(TlsProxy proxy, String request, String body, String... headers)
      throws Exception {
    List<String> head = new ArrayList<>(List.of(request + " HTTP/1.1", HOST));
    head.addAll(List.of(headers));
    if (!body.isEmpty()) {
      head.add("Content-Length: " + body.length());
    }
    try (Socket socket =
        certificates
            .trusting(certificates)
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), proxy.port())) {
      return RawHttp.send(socket, head, body);
    }
  }

  @Test
  void dashboard_loads() throws Exception {
    TlsProxy proxy = proxyOf(server);

    Answer page = call(proxy, "GET /", "");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
    List<String> assets =
        ASSET.matcher(page.body()).results().map((MatchResult it) -> it.group(1)).toList();
    assertThat(assets).isNotEmpty();
    for (String asset : assets) {
      assertThat(call(proxy, "GET /" + asset, "").status()).as(asset).isEqualTo(200);
    }
    assertThat(call(proxy, "GET /api/health", "").status()).isEqualTo(200);
  }

  @Test
  void command_needsTheToken() throws Exception {
    TlsProxy proxy = proxyOf(server);

    Answer refused = call(proxy, OPEN, "");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(call(proxy, OPEN, "", READER).status()).isEqualTo(403);
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
    assertThat(call(proxy, "GET /api/dead-letters", "", READER).status()).isEqualTo(200);
    // as a browser sends it from the dashboard
    Answer opened = call(proxy, OPEN, "", TOKEN, "Origin: https://worker.example.org");
    assertThat(opened.status()).isEqualTo(200);
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);
  }

  @Test
  void addresses_leadBackThroughTheProxy() throws Exception {
    TlsProxy proxy = proxyOf(server);
    CountDownLatch mayEnd = new CountDownLatch(1);
    letters.runner =
        (wanted, progress) -> {
          mayEnd.await();
          throw new IllegalStateException("odd");
        };

    Answer begun = call(proxy, "POST /api/dead-letters/redrive", "{\"id\": \"j\"}", TOKEN);

    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.header("Location")).isEqualTo("/api/dead-letters/redrive/j");
    assertThat(call(proxy, "GET " + begun.header("Location"), "", TOKEN).status()).isEqualTo(200);
    mayEnd.countDown();
    for (String path : List.of("/", "/api/health", "/api/metrics", "/nowhere")) {
      Answer answer = call(proxy, "GET " + path, "");
      assertThat(answer.headers() + answer.body())
          .as(path)
          .doesNotContain("http://127.0.0.1", "localhost", ":" + server.port());
    }
  }

  @Test
  void bodies_haveTheWorkersLimit() throws Exception {
    TlsProxy proxy = proxyOf(server);
    int limit = ControlAccess.MAX_BODY;

    assertThat(TlsProxy.value(Files.readString(TlsProxy.EXAMPLE), "client_max_body_size"))
        .isEqualTo(limit / 1024 + "k");
    assertThat(call(proxy, OPEN, "x".repeat(limit), TOKEN).status()).isEqualTo(200);
    assertThat(call(proxy, OPEN, "x".repeat(limit + 1), TOKEN).status()).isEqualTo(413);
  }

  /** All that the worker sees comes from this machine: only Host says that it does not. */
  @Test
  void withoutAControlToken_nobodyGetsThrough() throws Exception {
    TlsProxy proxy = proxyOf(tokenless);

    for (String request : List.of(OPEN, "GET /", "GET /api/metrics", "GET /api/dead-letters")) {
      assertThat(call(proxy, request, "").status()).as(request).isEqualTo(421);
    }
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  @Test
  void forwardedHeaders_areNotBelieved() throws Exception {
    TlsProxy proxy = proxyOf(server);
    String[] forged = {
      "X-Forwarded-For: 10.1.2.3", "Forwarded: for=10.1.2.3;host=localhost", "X-Real-IP: 10.1.2.3"
    };

    try (LogCapture log = new LogCapture(ControlAccess.class)) {
      call(proxy, OPEN, "", TOKEN, forged[0], forged[1], forged[2]);
      assertThat(log.lines()).singleElement().asString().endsWith("by token from 127.0.0.1: 200");
    }
    TlsProxy open = proxyOf(tokenless);
    assertThat(call(open, OPEN, "", "X-Forwarded-Host: localhost", forged[1]).status())
        .isEqualTo(421);
  }
}
