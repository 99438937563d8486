package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.CertificateExpiredException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it says of a real broker is in the lab's KafkaSecurityIT. */
class BrokerAccessTest {

  private static BrokerAccess access(int port, String protocol) {
    return new BrokerAccess(
        new Settings.Kafka("127.0.0.1:" + port, Map.of("security.protocol", protocol)));
  }

  /** Answers the first request with one byte; -1 closes the connection instead. */
  private static ServerSocket answering(int answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket client = server.accept()) {
                assertThat(client.getInputStream().readNBytes(14)).hasSize(14);
                if (answer >= 0) {
                  client.getOutputStream().write(answer);
                }
              } catch (IOException e) {
                // the test is over
              }
            });
    return server;
  }

  @Test
  void check_refusesAListenerWithTls_forAWorkerWithout() throws IOException {
    try (ServerSocket server = answering(0x15)) {
      int port = server.getLocalPort();
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(access(port, "SASL_PLAINTEXT")::check)
          .withMessage(
              "127.0.0.1:%d speaks TLS, but KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT", port);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, PLAINTEXT", "72, PLAINTEXT", "-1, PLAINTEXT", "21, SSL"})
  void check_letsAllOthersPass(int answer, String protocol) throws IOException {
    try (ServerSocket server = answering(answer)) {
      assertThatCode(access(server.getLocalPort(), protocol)::check).doesNotThrowAnyException();
    }
  }

  @Test
  void check_doesNotWaitForABrokerThatIsNotThere() {
    assertThatCode(access(1, "PLAINTEXT")::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | PLAINTEXT | answers, perhaps it wants a login (KAFKA_SECURITY_PROTOCOL is PLAINTEXT), or its advertised.listeners cannot be reached
          0  | SSL       | speaks no TLS, but KAFKA_SECURITY_PROTOCOL is SSL
          21 | SASL_SSL  | speaks TLS, perhaps its advertised.listeners cannot be reached
          72 | SSL       | does not speak as a broker does
          """)
  void timeout_isExplained_byWhatListens(int answer, String protocol, String words)
      throws IOException {
    try (ServerSocket server = answering(answer)) {
      int port = server.getLocalPort();
      StartException late =
          new StartException("late", new ExecutionException(new TimeoutException("listTopics")));

      assertThat(access(port, protocol).explained(late))
          .hasMessage(
              "No broker of KAFKA_BOOTSTRAP_SERVERS has answered in time: 127.0.0.1:%d %s"
                  + " (listTopics)",
              port, words);
    }
  }

  @Test
  void certificate_thatHasExpired_isNamed() {
    SSLHandshakeException handshake = new SSLHandshakeException("handshake");
    handshake.initCause(new CertificateExpiredException("NotAfter: yesterday"));
    StartException refused =
        new StartException("x", new SslAuthenticationException("failed", handshake));

    assertThat(access(1, "SSL").explained(refused))
        .hasMessage("The certificate of Kafka is not valid at this time: NotAfter: yesterday");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          o.a.Module required username="u" password=psst hush; | Value not specified for key '...' in JAAS config
          o.a.Module psst password="hush";                     | Invalid login module control flag '...' in JAAS config
          o.a.Module required password="hush"                  | JAAS config entry not terminated by semi-colon
          o.a.Module required password="hush";                 | LoginException
          """)
  void login_thatCannotBeUsed_isNamed_andNotShown(String jaas, String words) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "security.protocol", "SASL_PLAINTEXT",
            "sasl.mechanism", "SCRAM-SHA-512",
            "sasl.jaas.config", jaas);

    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> Admin.create(client))
        .satisfies(
            failure ->
                assertThat(access(1, "SASL_PLAINTEXT").explained(failure))
                    .hasMessage("The login cannot be used (KAFKA_SASL_JAAS_CONFIG): " + words));
  }

  @Test
  void otherFailures_stayAsTheyAre() {
    StartException other = new StartException("PARTITIONS is 2, but 3");

    assertThat(access(1, "SSL").explained(other)).isSameAs(other);
  }
}
