package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.RawHttp.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a control token, commands come from loopback and from pages of the server alone. */
class LoopbackAccessTest extends ControlAccessFixture {
  private Answer open(String... headers) throws IOException {
    return TestServers.call(tokenless, OPEN, List.of(headers));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "LocalHost:1",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.3.2.1:80",
        "[::1]",
        "[::1]:65535"
      })
  void loopbackHosts_areAdmitted_withAnyPort(String host) throws Exception {
    assertThat(open("Host: " + host).status()).isEqualTo(200);
    assertOpened();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example",
        "attacker.example:8080",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "attacker-localhost",
        "evil.localhost",
        "128.0.0.1",
        "10.0.0.1:8080",
        "0.0.0.0:8080",
        "[::]:8080",
        "[::2]"
      })
  void otherHosts_areMisdirected(String host) throws Exception {
    assertProblem(open("Host: " + host), 421);
    assertNotOpened();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/live",
        "/api/health",
        "/api/metrics",
        "/metrics",
        "/api/dead-letters",
        "/x"
      })
  void reading_needsALoopbackNameToo(String path) throws Exception {
    for (String method : List.of("GET ", "HEAD ", "OPTIONS ")) {
      for (String host : List.of("evil.example", "evil.example:8080", "127.0.0.1.evil.example")) {
        assertThat(TestServers.call(tokenless, method + path, List.of("Host: " + host)).status())
            .as(method + host)
            .isEqualTo(421);
      }
      assertThat(TestServers.call(tokenless, method + path, List.of("Host: localhost")).status())
          .isNotEqualTo(421);
    }
    assertProblem(TestServers.call(tokenless, "GET " + path, List.of("Host: evil.example")), 421);
  }

  @Test
  void hosts_areNotTakenFromElsewhere() throws Exception {
    assertProblem(
        open("Host: attacker.example", "X-Forwarded-Host: localhost", "Forwarded: host=localhost"),
        421);
    assertThat(open("Host: localhost", "Host: attacker.example").status()).isEqualTo(400);
    List<String> old = List.of(OPEN + " HTTP/1.0");
    assertProblem(RawHttp.send(tokenless.port(), old, ""), 421);
    assertNotOpened();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080,",
    "HTTP://LOCALHOST:8080,",
    "http://localhost:8080,same-origin",
    ",same-origin",
    ",none"
  })
  void ownPages_areAdmitted(String origin, String site) throws Exception {
    assertThat(fromPage(origin, site).status()).isEqualTo(200);
    assertOpened();
  }

  @ParameterizedTest
  @CsvSource({
    "https://attacker.example,",
    "http://attacker.example,same-origin",
    "http://localhost:3000,",
    "http://localhost,",
    "https://localhost:8080,",
    "http://127.0.0.1:8080,",
    "http://localhost:8080.attacker.example,",
    "null,",
    "http://localhost:8080,cross-site",
    ",cross-site",
    ",same-site",
    ",odd"
  })
  void otherPages_areForbidden(String origin, String site) throws Exception {
    assertProblem(fromPage(origin, site), 403);
    assertNotOpened();
  }

  private Answer fromPage(String origin, String site) throws IOException {
    List<String> headers = new ArrayList<>(List.of("Host: localhost:8080"));
    if (origin != null) {
      headers.add("Origin: " + origin);
    }
    if (site != null) {
      headers.add("Sec-Fetch-Site: " + site);
    }
    return open(headers.toArray(String[]::new));
  }

  @Test
  void otherMachines_areForbidden_shouldTheServerBeReachable() throws Exception {
    InetAddress address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(address != null, "this machine has no other address");
    // the settings refuse it; a name in HTTP_HOST may still resolve to more than it says
    try (OpsServer reachable = TestServers.of("0.0.0.0", null, breakers)) {
      reachable.start();
      List<String> head = List.of(OPEN + " HTTP/1.1", "Host: localhost");

      assertProblem(RawHttp.send(address, reachable.port(), head, ""), 403);
      assertNotOpened();
      assertThat(RawHttp.send(reachable.port(), head, "").status()).isEqualTo(200);
    }
  }

  @Test
  void aToken_doesNoHarm() throws Exception {
    assertThat(open("Host: localhost", RIGHT).status()).isEqualTo(200);
  }

  @Test
  void body_isNotReadOfAStranger() throws Exception {
    assertProblem(open("Host: attacker.example", "Content-Length: 60000"), 421);
  }
}
